import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../../clickhouse/connection.ts";
import { renderFlushScript } from "../../clickhouse/flushScript.ts";
import { networkedServer } from "../../clickhouse/networked.ts";
import { isTlsNeeded, renderServerConfig } from "../../clickhouse/server.ts";
import { valuesOf } from "../../clickhouse/users/passwords.ts";
import { renderUsers } from "../../clickhouse/users/render.ts";
import type { Config } from "../../config.ts";
import { TLS_FILES, TLS_FOLDER } from "../../tls/files.ts";
import { type TlsDecision, usesTls } from "../../tls/parts.ts";
import type { Tls } from "../../tls/tls.ts";
import type { Node } from "../../topology.ts";
import type { ClickHouseArgs } from "../target.ts";
import { createEnsemble, type MemberArgs } from "./ensemble.ts";
import { memberLabels, podOf, ROLE_LABEL, roleLabels, SHARD_LABEL } from "./names.ts";
import type { Objects } from "./objects.ts";
import { placement } from "./placement.ts";
import type { PodArgs } from "./pod.ts";
import { PORTS, serverPorts } from "./ports.ts";
import { probes } from "./probes.ts";
import { clickhouseMemory } from "./resources.ts";
import { USERS } from "./security.ts";
import { identityOf, namesInCluster, tlsSecret } from "./tls.ts";

const ROLE = "clickhouse";
const ETC = "/etc/clickhouse-server";
const SECRETS = "/etc/tickhouse";

/** A node has this long to detach its consumers and flush, and then to stop. */
const GRACE_SECONDS = 120;
const STATEMENT_SECONDS = 20;

type NodeConfig = TlsDecision &
  Pick<
    Config,
    "clickhouseImage" | "clickhouseMemoryMb" | "clickhouseCpuMillicores" | "antiAffinity" | "imagePullSecret"
  >;

/** Ports that a node listens on; NetworkPolicies say who gets to which. Pure. */
export function nodePorts(config: TlsDecision): Record<string, number> {
  const { http, native, interserver } = serverPorts(config);
  return { http, native, interserver, metrics: PORTS.clickhouseMetrics };
}

/**
 * The pod of one node. Pure.
 * @param files names of the Secrets with its rendered files
 */
export const nodePod = (
  { name, shard }: Node,
  config: NodeConfig,
  database: string,
  files: { readonly config: string; readonly users: string; readonly drain: string; readonly tls?: string },
): Omit<PodArgs, "claims"> => ({
  name,
  labels: memberLabels(ROLE, name, shard),
  image: config.clickhouseImage,
  imagePullSecret: config.imagePullSecret,
  user: USERS.clickhouse,
  // Users come from the rendered file; the image's own set-up would write one of its own.
  env: { CLICKHOUSE_SKIP_USER_SETUP: "1" },
  ports: nodePorts(config),
  secrets: {
    [files.config]: `${ETC}/config.d`,
    [files.users]: `${ETC}/users.d`,
    [files.drain]: SECRETS,
    ...(files.tls !== undefined && { [files.tls]: TLS_FOLDER }),
  },
  scratch: ["/tmp", "/var/log/clickhouse-server"],
  probes: probes(ask("/ping", serverPorts(config).http, usesTls(config, "clickhouse"))),
  preStop: renderFlushScript({
    httpPort: serverPorts(config).http,
    ...(usesTls(config, "clickhouse") && { authoritiesFile: TLS_FILES.authorities }),
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

/** How a kubelet asks: it takes any certificate, and tells no secret. */
const ask = (path: string, port: number, secure: boolean) => ({
  httpGet: { path, port, ...(secure && { scheme: "HTTPS" }) },
});

export interface NodesArgs extends ClickHouseArgs {
  readonly tls: Tls;
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
  const { http, native } = serverPorts(config);
  const secure = args.tls.on("clickhouse");
  const connections = topology.nodes.map((node) =>
    pulumi.all([passwords.owner, passwords.previousOwner, args.tls.authorities]).apply(
      ([password, previousPassword, authorities]): Connection => ({
        node: node.name,
        url: `${secure ? "https" : "http"}://${node.name}:${http}`,
        username: "owner",
        password,
        previousPassword,
        database,
        ...(secure && { authorities }),
        tunnel: { ...objects.place, pod: podOf(node.name), port: http },
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
        native: { port: native, secure },
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
  const names = pulumi.all([files.config, files.users, files.drain, secretOfTls(objects, args, node)]);
  return {
    name,
    pod: names.apply(([config, users, drain, tls]) =>
      nodePod(node, args.config, args.database, { config, users, drain, ...(tls !== "" && { tls }) }),
    ),
    labels,
    ports: nodePorts(args.config),
    dataPath: "/var/lib/clickhouse",
  };
}

/** The Secret with what a node needs of TLS; empty where it neither serves it nor asks anything over it. */
function secretOfTls(objects: Objects, { tls }: NodesArgs, { name, shard }: Node): pulumi.Output<string> {
  if (!isTlsNeeded(tls)) return pulumi.output("");
  const { namespace } = objects.place;
  const identity = tls.on("clickhouse")
    ? identityOf(tls, name, namespace, namesInCluster(ROLE, namespace))
    : undefined;
  return tlsSecret(objects, name, memberLabels(ROLE, name, shard), tls, identity);
}

function configOf(args: NodesArgs, node: Node): pulumi.Output<string> {
  const { topology, kafka, topic, consumerGroup, kafkaLogin, passwords, storage, config, tls } = args;
  const ports = serverPorts(config);
  return pulumi
    .all([kafka.internalBootstrap, kafkaLogin, passwords.cluster, storage])
    .apply(([bootstrap, login, clusterSecret, disks]) =>
      renderServerConfig({
        ...networkedServer({
          topology,
          node,
          ports,
          clusterSecret,
          kafka: { bootstrap, topic, group: consumerGroup, login },
          tls,
        }),
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
