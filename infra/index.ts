import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { loadConfig, NAMESPACE } from "./config.ts";
import { loadTarget } from "./targets/index.ts";
import { Warehouse } from "./warehouse.ts";

const prefix = `${NAMESPACE}:`;
const settings = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
const config = loadConfig(
  Object.fromEntries(settings.map(([key, value]) => [key.slice(prefix.length), value])),
);
const warehouse = new Warehouse(
  "tickhouse",
  resolve(import.meta.dirname, ".."),
  config,
  await loadTarget(config.target),
);

/** What everybody relies on: the same on every target. */
export const outputs = {
  apiUrl: warehouse.api.url,
  dashboardUrl: pulumi.interpolate`${warehouse.api.url}/`,
  kafkaBootstrap: warehouse.kafka.bootstrap,
  kafkaTopic: warehouse.topic,
  kafkaTls: warehouse.kafkaTls,
  clickhouse: warehouse.nodes.map(({ node, httpUrl }) => ({
    name: node.name,
    shard: node.shard,
    replica: node.replica,
    httpUrl,
  })),
  apiKey: pulumi.secret(warehouse.apiKey),
  caCertificate: warehouse.caCertificate,
  prometheusUrl: warehouse.monitoring?.prometheusUrl ?? "",
  grafanaUrl: warehouse.monitoring?.grafanaUrl ?? "",
  grafanaPassword: pulumi.secret(warehouse.grafanaPassword),
};
