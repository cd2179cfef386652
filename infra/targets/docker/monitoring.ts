import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config.ts";
import { GRAFANA, GRAFANA_ENV, grafanaFiles } from "../../monitoring/grafana.ts";
import { METRICS_PORTS } from "../../monitoring/ports.ts";
import { PROMETHEUS, prometheusArgs, prometheusFiles } from "../../monitoring/prometheus.ts";
import type { ScrapeJob } from "../../monitoring/scrape.ts";
import type { Topology } from "../../topology.ts";
import type { MonitoringArgs } from "../target.ts";
import { createServer, type Host } from "./server.ts";

const SECRETS = "/etc/tickhouse";
const PASSWORD = `${SECRETS}/grafana-password`;

/** Each server under its name in the stack's network. Pure. */
export const scrapeJobs = (
  { nodes, keepers }: Pick<Topology, "nodes" | "keepers">,
  services: readonly string[],
): ScrapeJob[] => [
  ...services.map((role) => ({ role, port: METRICS_PORTS.service, servers: [role] })),
  { role: "clickhouse", port: METRICS_PORTS.clickhouse, servers: nodes.map(({ name }) => name) },
  { role: "keeper", port: METRICS_PORTS.keeper, servers: keepers.map(({ name }) => name) },
];

export interface MonitoringContainers extends MonitoringArgs {
  readonly config: Config;
  readonly topology: Topology;
  readonly prometheusImage: pulumi.Output<string>;
  readonly grafanaImage: pulumi.Output<string>;
}

/** Prometheus and Grafana. On loopback wherever the stack listens: Prometheus asks nobody who they are. */
export function createMonitoring(host: Host, args: MonitoringContainers): void {
  const { config, topology, services } = args;
  const loopback: Host = { ...host, publishOn: "127.0.0.1" };
  const files = prometheusFiles(scrapeJobs(topology, services));
  const prometheus = createServer(
    loopback,
    {
      name: "prometheus",
      role: "prometheus",
      image: args.prometheusImage,
      args: prometheusArgs(config.metricsRetentionDays),
      volumes: { data: PROMETHEUS.data, etc: PROMETHEUS.etc },
      scratch: ["/tmp"],
      files: Object.entries(files).map(([name, content]) => ({
        path: `${PROMETHEUS.etc}/${name}`,
        content,
        owner: PROMETHEUS.user,
      })),
      publish: [{ inside: PROMETHEUS.port, outside: config.prometheusPort }],
      health: `wget -q -O /dev/null http://127.0.0.1:${PROMETHEUS.port}${PROMETHEUS.readyPath}`,
      memoryMb: PROMETHEUS.memoryMb,
      stopSeconds: 30,
      readOnlyRoot: true,
      capabilities: [],
    },
    {},
  );
  const provisioned = Object.entries(grafanaFiles(`http://prometheus:${PROMETHEUS.port}`));
  createServer(
    loopback,
    {
      name: "grafana",
      role: "grafana",
      image: args.grafanaImage,
      env: { ...GRAFANA_ENV, [GRAFANA.passwordVariable]: PASSWORD },
      volumes: { data: GRAFANA.data, etc: SECRETS, provisioning: GRAFANA.provisioning },
      scratch: ["/tmp", "/var/log/grafana"],
      files: [
        { path: PASSWORD, content: args.grafanaPassword, owner: GRAFANA.user },
        ...provisioned.flatMap(([folder, each]) =>
          Object.entries(each).map(([name, content]) => ({
            path: `${GRAFANA.provisioning}/${folder}/${name}`,
            content,
            owner: GRAFANA.user,
          })),
        ),
      ],
      publish: [{ inside: GRAFANA.port, outside: config.grafanaPort }],
      health: `wget -q -O /dev/null http://127.0.0.1:${GRAFANA.port}${GRAFANA.readyPath}`,
      memoryMb: GRAFANA.memoryMb,
      stopSeconds: 30,
      readOnlyRoot: true,
      capabilities: [],
    },
    { dependsOn: [prometheus] },
  );
}
