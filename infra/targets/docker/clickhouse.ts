import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type ConsumerLogin, renderServerConfig } from "../../clickhouse/server.ts";
import { type Passwords, valuesOf } from "../../clickhouse/users/passwords.ts";
import { renderUsers } from "../../clickhouse/users/render.ts";
import type { ApiQuota } from "../../clickhouse/users/settings.ts";
import { METRICS_PORTS } from "../../monitoring/ports.ts";
import type { Storage } from "../../storage/storage.ts";
import { KEEPER_PORT, type Node, type Topology } from "../../topology.ts";
import { CLICKHOUSE_USER, SWITCH_USER } from "./images.ts";
import { createServer, type Host } from "./server.ts";

const HTTP = 8123;
const NATIVE = 9000;

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
}

/** Of a container's memory, what is left for the page cache and the binary itself. */
const HEADROOM = 1.25;

/** One ClickHouse node. */
export function createNode(host: Host, args: NodeArgs, opts: pulumi.CustomResourceOptions): docker.Container {
  const { node } = args;
  const etc = "/etc/clickhouse-server";
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
      },
      scratch: ["/tmp", "/run"],
      files: [
        { path: `${etc}/config.d/tickhouse.xml`, content: configOf(args), owner: CLICKHOUSE_USER },
        { path: `${etc}/users.d/tickhouse.xml`, content: usersOf(args), owner: CLICKHOUSE_USER },
      ],
      publish: [
        { inside: HTTP, outside: node.httpPort },
        { inside: NATIVE, outside: node.nativePort },
      ],
      health: `wget -q -O /dev/null http://127.0.0.1:${HTTP}/ping`,
      memoryMb: Math.ceil(args.memoryMb * HEADROOM),
      stopSeconds: 90,
      readOnlyRoot: true,
      capabilities: [...SWITCH_USER, "IPC_LOCK", "SYS_NICE"],
    },
    opts,
  );
}

function configOf({ topology, node, kafka, passwords, storage, memoryMb }: NodeArgs): pulumi.Output<string> {
  return pulumi
    .all([kafka.bootstrap, kafka.login, passwords.cluster, storage])
    .apply(([bootstrap, login, clusterSecret, disks]) =>
      renderServerConfig({
        topology,
        node,
        address: ({ name }) => ({ host: name, port: NATIVE }),
        clusterSecret,
        kafka: { bootstrap, topic: kafka.topic, group: kafka.group, login },
        listen: { host: "0.0.0.0", httpPort: HTTP, nativePort: NATIVE },
        keepers: topology.keepers.map(({ name }) => ({ host: name, port: KEEPER_PORT })),
        interserverHost: node.name,
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
