import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { tlsFilesIn } from "../tls/files.ts";
import { createTopology } from "../topology.ts";
import { renderKeeperConfig } from "./keeper.ts";
import { keeperEnsembleProvider } from "./keeperEnsembleProvider.ts";

const keepers = createTopology({
  shards: 1,
  replicasPerShard: 1,
  partitions: 1,
  keepers: 3,
  clickhouseHttpPort: 1,
  clickhouseNativePort: 2,
}).keepers;

describe("renderKeeperConfig", () => {
  it("tells each member who it is and who all are", () => {
    const configs = keepers.map(
      (keeper) => new XMLParser().parse(renderKeeperConfig(keeper, keepers)).clickhouse.keeper_server,
    );
    expect(configs.map((config) => config.server_id)).toEqual([1, 2, 3]);
    for (const config of configs) {
      expect(config.tcp_port).toBe(9181);
      expect(config.raft_configuration.server).toEqual([
        { id: 1, hostname: "keeper-1", port: 9234 },
        { id: 2, hostname: "keeper-2", port: 9234 },
        { id: 3, hostname: "keeper-3", port: 9234 },
      ]);
    }
  });
});

describe("renderKeeperConfig with TLS", () => {
  it("takes clients and the other members over TLS alone", () => {
    const [keeper] = keepers;
    if (keeper === undefined) throw new Error("an ensemble without members");
    const xml = renderKeeperConfig(keeper, keepers, { tls: tlsFilesIn("/etc/tickhouse-tls") });
    const { keeper_server: server, openSSL } = new XMLParser().parse(xml).clickhouse;
    expect(server.tcp_port).toBeUndefined();
    expect(server.tcp_port_secure).toBe(9281);
    expect(server.http_control).toEqual({ secure_port: 9182, readiness: { endpoint: "/ready" } });
    expect(server.raft_configuration.secure).toBe(true);
    expect(openSSL.server.certificateFile).toBe("/etc/tickhouse-tls/tls.crt");
    expect(openSSL.client).toMatchObject({ verificationMode: "strict", loadDefaultCAFile: false });
  });
});

describe("keeperEnsembleProvider.check", () => {
  it.each([
    [1, 3],
    [3, 1],
  ])("refuses %i Keepers becoming %i in place, and says why and how", async (before, after) => {
    const [failure] = await keeperEnsembleProvider.check({ keepers: before }, { keepers: after });
    expect(failure?.property).toBe("keepers");
    expect(failure?.reason).toContain(`tickhouse:keepers is ${after}, the ensemble has ${before}`);
    expect(failure?.reason).toContain("it would be empty");
    expect(failure?.reason).toContain(`To get ${after}: destroy the stack`);
  });

  it.each([
    ["the first time", undefined, 3],
    ["as long as it stays", { keepers: 3 }, 3],
  ])("accepts a number of Keepers %s", async (_, olds, keepers) => {
    expect(await keeperEnsembleProvider.check(olds, { keepers })).toEqual([]);
  });
});
