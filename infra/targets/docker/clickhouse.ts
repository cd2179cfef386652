import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { networkedServer } from "../../clickhouse/networked.ts";
import { clickhousePorts } from "../../clickhouse/ports.ts";
import { type ConsumerLogin, isTlsNeeded, renderServerConfig } from "../../clickhouse/server.ts";
import { type Passwords, valuesOf } from "../../clickhouse/users/passwords.ts";
import { renderUsers } from "../../clickhouse/users/render.ts";
import type { ApiQuota } from "../../clickhouse/users/settings.ts";
import { METRICS_PORTS } from "../../monitoring/ports.ts";
import type { Storage } from "../../storage/storage.ts";
import { TLS_FILES } from "../../tls/files.ts";
import type { ServerIdentity, Tls } from "../../tls/tls.ts";
import { keeperPort, type Node, type Topology } from "../../topology.ts";
import { CLICKHOUSE_USER, SWITCH_USER } from "./images.ts";
import { createServer, type Host } from "./server.ts";
import { TLS_VOLUME, tlsFiles } from "./tls.ts";

export interface NodeArgs {
  readonly topology: Topology;
  readonly node: Node;
  readonly image: pulumi.Output<string>;
  readonly kafka: {
    readonly bootstrap: pulumi.Output<string>;
    readonly topic: string;
    readonly group: string;
    readonly login: pulumi.Output<ConsumerLogin>;
  };
  readonly database: string;
  readonly passwords: Passwords;
  /** What it has beside its own disk. */
  readonly storage: pulumi.Output<Storage>;
  readonly quota: ApiQuota;
  /** What the server may allocate. */
  readonly memoryMb: number;
  readonly tls: Tls;
  /** Its certificate, where it is reached over TLS. */
  readonly identity: ServerIdentity | undefined;
}

/** Of a container's memory, what is left for the page cache and the binary itself. */
const HEADROOM = 1.25;

/** One ClickHouse node. */
export function createNode(host: Host, args: NodeArgs, opts: pulumi.CustomResourceOptions): docker.Container {
  const { node, tls, identity } = args;
  const etc = "/etc/clickhouse-server";
  const ports = clickhousePorts(identity !== undefined);
  return createServer(
    host,
    {
      name: node.name,
      role: "clickhouse",
      image: args.image,
      // Users come from the rendered file; the image's own set-up would write one of its own.
      env: { CLICKHOUSE_SKIP_USER_SETUP: "1" },
      volumes: {
        data: "/var/lib/clickhouse",
        log: "/var/log/clickhouse-server",
        config: `${etc}/config.d`,
        users: `${etc}/users.d`,
        ...(isTlsNeeded(tls) && TLS_VOLUME),
      },
      scratch: ["/tmp", "/run"],
      files: [
        { path: `${etc}/config.d/tickhouse.xml`, content: configOf(args), owner: CLICKHOUSE_USER },
        { path: `${etc}/users.d/tickhouse.xml`, content: usersOf(args), owner: CLICKHOUSE_USER },
        ...(isTlsNeeded(tls) ? tlsFiles(tls.authorities, identity, CLICKHOUSE_USER) : []),
      ],
      publish: [
        { inside: ports.http, outside: node.httpPort },
        { inside: ports.native, outside: node.nativePort },
      ],
      health: identity
        ? // By its own name, which every certificate of it holds.
          `wget -q -O /dev/null --ca-certificate=${TLS_FILES.authorities} https://${node.name}:${ports.http}/ping`
        : `wget -q -O /dev/null http://127.0.0.1:${ports.http}/ping`,
      memoryMb: Math.ceil(args.memoryMb * HEADROOM),
      stopSeconds: 90,
      readOnlyRoot: true,
      capabilities: [...SWITCH_USER, "IPC_LOCK", "SYS_NICE"],
    },
    opts,
  );
}

function configOf(args: NodeArgs): pulumi.Output<string> {
  const { topology, node, kafka, passwords, storage, memoryMb, tls } = args;
  const ports = { ...clickhousePorts(tls.on("clickhouse")), keeper: keeperPort(tls.on("keeper")) };
  const { topic, group } = kafka;
  return pulumi
    .all([kafka.bootstrap, kafka.login, passwords.cluster, storage])
    .apply(([bootstrap, login, clusterSecret, disks]) =>
      renderServerConfig({
        ...networkedServer({
          topology,
          node,
          ports,
          clusterSecret,
          kafka: { bootstrap, topic, group, login },
          tls,
        }),
        storage: disks,
        maxMemoryBytes: memoryMb * 1024 * 1024,
        metrics: METRICS_PORTS.clickhouse,
      }),
    );
}

function usersOf({ database, passwords, quota }: NodeArgs): pulumi.Output<string> {
  return valuesOf(passwords).apply((all) =>
    // Ports are published where the stack says; inside of the network everybody has a password.
    renderUsers({ database, passwords: all, quota, networks: ["::/0"], replaceDefault: true }),
  );
}
