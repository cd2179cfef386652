import { describe, expect, it } from "vitest";
import { createTopology } from "../../topology.ts";
import { nodeProcess } from "./clickhouse.ts";

const topology = createTopology({
  shards: 2,
  replicasPerShard: 1,
  partitions: 4,
  clickhouseHttpPort: 8123,
  clickhouseNativePort: 9000,
});
const [, node] = topology.nodes;
if (node === undefined) throw new Error("a cluster of two nodes has a second one");
const passwords = {
  owner: "owner-pw",
  api: "api-pw",
  bars: "bars-pw",
  ingest: "ingest-password",
  audit: "audit-password",
  replay: "replay-pw",
  backup: "backup-pw",
  cluster: "cluster-pw",
};
const spec = nodeProcess({
  directory: "/state/clickhouse-02",
  topology,
  node,
  kafka: { bootstrap: "127.0.0.1:29092", topic: "ticks", group: "tickhouse" },
  database: "tickhouse",
  passwords,
  quota: { apiQuotaQueries: 0, apiQuotaErrors: 0, apiQuotaReadRows: 0 },
  memoryMb: 2_048,
  readyTimeoutMs: 60_000,
});

describe("nodeProcess", () => {
  it("shows no password in its command line or environment", () => {
    const shown = JSON.stringify([spec.command, spec.env, spec.ready, spec.ports]);
    for (const password of Object.values(passwords)) expect(shown).not.toContain(password);
  });

  it("claims the node's two ports, each with the setting that moves it", () => {
    expect(spec.ports).toEqual([
      { host: "127.0.0.1", port: 8124, owner: "clickhouse-02", setting: "tickhouse:clickhouseHttpPort" },
      { host: "127.0.0.1", port: 9001, owner: "clickhouse-02", setting: "tickhouse:clickhouseNativePort" },
    ]);
  });

  it("is ready when the server answers, and is drained before it is stopped", () => {
    expect(spec.ready).toEqual({ kind: "http", url: "http://127.0.0.1:8124/ping" });
    expect(spec.stop.drain).toMatchObject({
      kind: "clickhouse",
      url: "http://127.0.0.1:8124",
      username: "owner",
    });
  });

  it("finds the other nodes at their native ports on loopback", () => {
    expect(
      spec.files["config.xml"]
        ?.match(/<host>.*<\/host>\s*<port>.*<\/port>/g)
        ?.map((text) => text.replace(/\s/g, "")),
    ).toEqual(["<host>127.0.0.1</host><port>9000</port>", "<host>127.0.0.1</host><port>9001</port>"]);
  });
});
