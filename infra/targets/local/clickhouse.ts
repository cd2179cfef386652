import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type KafkaCollection, renderServerConfig } from "../../clickhouse/server.ts";
import { renderUsers } from "../../clickhouse/users/render.ts";
import type { ApiQuota } from "../../clickhouse/users/settings.ts";
import type { UserPasswords } from "../../clickhouse/users/users.ts";
import type { Storage } from "../../storage/storage.ts";
import type { Node, Topology } from "../../topology.ts";
import { HOST } from "./layout.ts";
import type { ProcessSpec } from "./process/spec.ts";

const SERVER = join(import.meta.dirname, "engine", "server.mjs");

export interface NodeProcessArgs {
  /** Absolute; of this process alone. */
  readonly directory: string;
  readonly topology: Topology;
  readonly node: Node;
  readonly kafka: KafkaCollection;
  readonly database: string;
  readonly passwords: UserPasswords & { readonly cluster: string };
  readonly quota: ApiQuota;
  /** What it has beside its own disk. @default nothing */
  readonly storage?: Storage;
  readonly memoryMb: number;
  readonly readyTimeoutMs: number;
}

/** One ClickHouse node: the embedded engine as a server on loopback. */
export function nodeProcess(args: NodeProcessArgs): ProcessSpec {
  const { directory, topology, node, passwords, database } = args;
  const etc = (file: string) => join(directory, "etc", file);
  const url = nodeUrl(node);
  return {
    name: node.name,
    directory,
    command: ["node", SERVER, etc("config.xml"), join(directory, "data")],
    env: {},
    files: {
      "config.xml": renderServerConfig({
        topology,
        node,
        address: ({ nativePort }) => ({ host: HOST, port: nativePort }),
        clusterSecret: passwords.cluster,
        kafka: args.kafka,
        listen: { host: HOST, httpPort: node.httpPort, nativePort: node.nativePort },
        paths: { data: join(directory, "data"), log: join(directory, "log"), usersFile: etc("users.xml") },
        storage: args.storage ?? {},
        maxMemoryBytes: args.memoryMb * 1024 * 1024,
        // The embedded engine opens no port of its own for them; its HTTP port is on loopback.
        metrics: "httpPort",
      }),
      "users.xml": renderUsers({
        database,
        passwords,
        quota: args.quota,
        networks: ["127.0.0.1", "::1"],
        replaceDefault: false,
      }),
    },
    prepare: [],
    contentHash: createHash("sha256").update(readFileSync(SERVER)).digest("hex"),
    ready: { kind: "http", url: `${url}/ping` },
    readyTimeoutMs: args.readyTimeoutMs,
    ports: [
      { host: HOST, port: node.httpPort, owner: node.name, setting: "tickhouse:clickhouseHttpPort" },
      { host: HOST, port: node.nativePort, owner: node.name, setting: "tickhouse:clickhouseNativePort" },
    ],
    stop: {
      drain: { kind: "clickhouse", url, username: "owner", password: passwords.owner, database },
      graceMs: 15_000,
    },
    logFile: "log/clickhouse-server.log",
  };
}

export const nodeUrl = (node: Node): string => `http://${HOST}:${node.httpPort}`;
