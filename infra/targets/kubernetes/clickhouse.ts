import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../../clickhouse/connection.ts";
import { renderFlushScript } from "../../clickhouse/flushScript.ts";
import { renderServerConfig } from "../../clickhouse/server.ts";
import { valuesOf } from "../../clickhouse/users/passwords.ts";
import { renderUsers } from "../../clickhouse/users/render.ts";
import type { Config } from "../../config.ts";
import { KEEPER_PORT, type Node } from "../../topology.ts";
import type { ClickHouseArgs } from "../target.ts";
import { createEnsemble, type MemberArgs } from "./ensemble.ts";
import { memberLabels, podOf, ROLE_LABEL, roleLabels, SHARD_LABEL } from "./names.ts";
import type { Objects } from "./objects.ts";
import { placement } from "./placement.ts";
import type { PodArgs } from "./pod.ts";
import { PORTS } from "./ports.ts";
import { probes } from "./probes.ts";
import { clickhouseMemory } from "./resources.ts";
import { USERS } from "./security.ts";

const ROLE = "clickhouse";
const ETC = "/etc/clickhouse-server";
const SECRETS = "/etc/tickhouse";

/** A node has this long to detach its consumers and flush, and then to stop. */
const GRACE_SECONDS = 120;
const STATEMENT_SECONDS = 20;

type NodeConfig = Pick<
  Config,
  "clickhouseImage" | "clickhouseMemoryMb" | "clickhouseCpuMillicores" | "antiAffinity" | "imagePullSecret"
>;

/** Ports that a node listens on; NetworkPolicies say who gets to which. */
export const NODE_PORTS: Readonly<Record<string, number>> = {
  http: PORTS.http,
  native: PORTS.native,
  interserver: PORTS.interserver,
  metrics: PORTS.clickhouseMetrics,
};

/**
 * The pod of one node. Pure.
 * @param files names of the Secrets with its rendered files
 */
export const nodePod = (
  { name, shard }: Node,
  config: NodeConfig,
  database: string,
  files: { readonly config: string; readonly users: string; readonly drain: string },
): Omit<PodArgs, "claims"> => ({
  name,
  labels: memberLabels(ROLE, name, shard),
  image: config.clickhouseImage,
  imagePullSecret: config.imagePullSecret,
  user: USERS.clickhouse,
  // Users come from the rendered file; the image's own set-up would write one of its own.
  env: { CLICKHOUSE_SKIP_USER_SETUP: "1" },
  ports: NODE_PORTS,
  secrets: {
    [files.config]: `${ETC}/config.d`,
    [files.users]: `${ETC}/users.d`,
    [files.drain]: SECRETS,
  },
  scratch: ["/tmp", "/var/log/clickhouse-server"],
  probes: probes({ httpGet: { path: "/ping", port: PORTS.http } }),
  preStop: renderFlushScript({
    httpPort: PORTS.http,
    database,
    user: "drain",
    passwordFile: `${SECRETS}/drain-password`,
    timeoutSeconds: STATEMENT_SECONDS,
  }),
  graceSeconds: GRACE_SECONDS,
  cpuMillicores: config.clickhouseCpuMillicores,
  memoryMb: clickhouseMemory(config.clickhouseMemoryMb),
  // Replicas of a shard apart; shards side by side where there is no other place.
  placement: placement(config.antiAffinity, { [ROLE_LABEL]: ROLE, [SHARD_LABEL]: shard }, roleLabels(ROLE)),
});

export interface NodesArgs extends ClickHouseArgs {
  readonly config: Config;
  readonly drainPassword: pulumi.Output<string>;
  readonly dependsOn: readonly pulumi.Resource[];
}

/** A node that is settled, and the owner's way to it. */
export interface SettledNode {
  readonly node: Node;
  readonly connection: pulumi.Output<Connection>;
  readonly resource: pulumi.Resource;
}

/** All nodes. */
export function createNodes(objects: Objects, args: NodesArgs): SettledNode[] {
  const { config, topology, passwords, database } = args;
  const connections = topology.nodes.map((node) =>
    pulumi.all([passwords.owner, passwords.previousOwner]).apply(
      ([password, previousPassword]): Connection => ({
        node: node.name,
        url: `http://${node.name}:${PORTS.http}`,
        username: "owner",
        password,
        previousPassword,
        database,
        tunnel: { ...objects.place, pod: podOf(node.name), port: PORTS.http },
      }),
    ),
  );
  const settled = createEnsemble(objects, {
    members: topology.nodes.map((node) => memberOf(objects, args, node)),
    volumeGb: config.clickhouseVolumeGb,
    storageClass: config.storageClass,
    health: pulumi.all(connections).apply((each) => ({
      kind: "clickhouse" as const,
      replicas: each.map((connection, index) => ({
        member: connection.node,
        shard: topology.nodes[index]?.shard ?? "",
        connection,
      })),
    })),
    gated: config.rolloutGate === "on",
    deadlineSeconds: config.readyTimeoutSeconds,
    dependsOn: args.dependsOn,
  });
  return topology.nodes.flatMap((node, index) => {
    const [connection, resource] = [connections[index], settled[index]];
    return connection && resource ? [{ node, connection, resource }] : [];
  });
}

function memberOf(objects: Objects, args: NodesArgs, node: Node): MemberArgs {
  const { name } = node;
  const labels = memberLabels(ROLE, name, node.shard);
  const files = {
    config: objects.secretFiles(`${name}-config`, labels, { "tickhouse.xml": configOf(args, node) }),
    users: objects.secretFiles(`${name}-users`, labels, { "tickhouse.xml": usersOf(args) }),
    drain: objects.secretFiles(`${name}-drain`, labels, { "drain-password": args.drainPassword }),
  };
  return {
    name,
    pod: pulumi
      .all([files.config, files.users, files.drain])
      .apply(([config, users, drain]) => nodePod(node, args.config, args.database, { config, users, drain })),
    labels,
    ports: NODE_PORTS,
    dataPath: "/var/lib/clickhouse",
  };
}

function configOf(args: NodesArgs, node: Node): pulumi.Output<string> {
  const { topology, kafka, topic, consumerGroup, kafkaLogin, passwords, storage, config } = args;
  return pulumi
    .all([kafka.internalBootstrap, kafkaLogin, passwords.cluster, storage])
    .apply(([bootstrap, login, clusterSecret, disks]) =>
      renderServerConfig({
        topology,
        node,
        address: ({ name }) => ({ host: name, port: PORTS.native }),
        clusterSecret,
        kafka: { bootstrap, topic, group: consumerGroup, login },
        listen: { host: "0.0.0.0", httpPort: PORTS.http, nativePort: PORTS.native },
        keepers: topology.keepers.map(({ name }) => ({ host: name, port: KEEPER_PORT })),
        interserverHost: node.name,
        maxMemoryBytes: config.clickhouseMemoryMb * 1024 * 1024,
        storage: disks,
        console: true,
        addressesChange: true,
        metrics: PORTS.clickhouseMetrics,
      }),
    );
}

function usersOf({ database, passwords, drainPassword, config }: NodesArgs): pulumi.Output<string> {
  return valuesOf({ ...passwords, drain: drainPassword }).apply((all) =>
    renderUsers({
      database,
      passwords: all,
      quota: config,
      // NetworkPolicies say which pods get here; everybody has a password.
      networks: ["::/0"],
      replaceDefault: true,
      insertQuorum: config.replicas > 1 && config.insertQuorum === "auto",
    }),
  );
}
