import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withNode } from "../../infra/clickhouse/connection.ts";
import { readSqlFiles } from "../../infra/schema/files.ts";
import { ROOT } from "../../infra/targets/local/layout.ts";
import { tryProbe } from "../../infra/targets/local/process/probe.ts";
import type { Tick } from "../../services/common/src/index.ts";
import type { StackOutputs } from "../../tools/outputsOf.ts";
import { type Checkout, createCheckout } from "../support/checkout.ts";
import { docker, dockerProblem, leftovers, takeDown } from "../support/docker.ts";
import { ownerConnections } from "../support/owner.ts";
import { compareExact, replayAndCompare, spread, writeTicks } from "../support/replay.ts";
import { expectRotation } from "../support/rotation.ts";
import { expectClosedPorts, expectHiddenSecrets } from "../support/security/docker.ts";
import { hasSharedData, SHARED_DATA } from "../support/sharedData.ts";
import { makeFeed, parseTicks } from "../support/ticks.ts";
import { expectTripledFeedExact } from "../support/tripled.ts";
import { openWarehouse, type Warehouse } from "../support/warehouse.ts";

// The life of a stack on target `docker`, on a real Docker engine. The steps build on each other.
const REAL_FILES = ["kraken-xbtusdt-trades.jsonl", "binance-btcusdt-trades-quotes.jsonl"] as const;
const problem = await dockerProblem();
if (problem !== undefined)
  console.warn(`SKIPPED: target docker is not tested, there is no Docker here: ${problem}`);

let checkout: Checkout;
let warehouse: Warehouse;
const fed: Tick[] = [];
const name = (part: string): string => `tickhouse-${checkout.stack}-${part}`;

describe.skipIf(problem !== undefined)("target docker", () => {
  beforeAll(async () => {
    checkout = await createCheckout("docker");
  });

  afterAll(() => takeDown(checkout));

  it("brings every container up healthy, with ports on loopback alone", async () => {
    const up = await checkout.npm("up");
    expect(up.exitCode, up.all).toBe(0);
    const outputs = JSON.parse((await checkout.npm("outputs")).stdout) as StackOutputs;
    warehouse = openWarehouse(outputs);
    const running = await docker(
      "ps",
      "--filter",
      `label=com.tickhouse.stack=${checkout.stack}`,
      "--format",
      "{{.Names}} {{.Status}}",
    );
    const servers = running.split("\n").sort();
    expect(servers.map((line) => line.split(" ")[0])).toEqual(
      ["api", "bars", "clickhouse-01", "clickhouse-02", "kafka-1", "keeper-1", "producer"].map(name),
    );
    for (const server of servers) expect(server).toContain("(healthy)");
    const bindings = await docker(
      "inspect",
      "--format",
      "{{json .HostConfig.PortBindings}}",
      ...servers.map((line) => line.split(" ")[0] ?? ""),
    );
    const addresses = [...bindings.matchAll(/"HostIp":"([^"]*)"/g)].map((match) => match[1]);
    expect(addresses.length).toBeGreaterThan(0);
    expect(new Set(addresses)).toEqual(new Set(["127.0.0.1"]));
    const ports = [...bindings.matchAll(/"HostPort":"(\d+)"/g)].map((match) => Number(match[1]));
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ family, internal }) => family === "IPv4" && !internal);
    expect(others.length).toBeGreaterThan(0);
    for (const port of ports) {
      expect(await answers("127.0.0.1", port), `127.0.0.1:${port}`).toBe(true);
      for (const { address } of others)
        expect(await answers(address, port), `${address}:${port}`).toBe(false);
    }
  });

  it("runs what it can without privileges, on a read-only root, as an ordinary user", async () => {
    for (const part of ["api", "bars", "producer"]) {
      const format =
        "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{json .HostConfig.CapDrop}} {{json .HostConfig.CapAdd}}";
      expect(await docker("inspect", "--format", format, name(part))).toMatch(
        /^1000:1000 true \["ALL"\] (\[\]|null)$/,
      );
      const size = Number(
        await docker(
          "inspect",
          "--format",
          "{{.Size}}",
          await docker("inspect", "--format", "{{.Image}}", name(part)),
        ),
      );
      const base = Number(await docker("inspect", "--format", "{{.Size}}", "node:24-bookworm-slim"));
      await expect(
        docker("exec", name(part), "sh", "-c", "command -v npm || command -v apt-get || command -v dpkg"),
      ).rejects.toThrow();
      // What we add to the base, whose own size is not ours.
      expect(size - base).toBeLessThan(30 * 1024 * 1024);
    }
    const files = await docker(
      "exec",
      name("clickhouse-01"),
      "stat",
      "-c",
      "%a %u",
      "/etc/clickhouse-server/config.d/tickhouse.xml",
      "/etc/clickhouse-server/users.d/tickhouse.xml",
    );
    expect(files.split("\n")).toEqual(["400 101", "400 101"]);
  });

  it("stores every tick of a generated feed, and each bar equals the plain loop's", async () => {
    const symbols = Array.from({ length: 8 }, (_, index) => `GEN${index}`);
    const ticks = makeFeed({
      symbols,
      exchange: "TEST",
      trades: 300,
      startMicros: 1_700_000_000_000_000n,
      seed: 17,
    });
    await replayAndCompare(checkout, warehouse, writeTicks(checkout, "generated.jsonl", ticks), ticks);
    fed.push(...ticks);
  });

  it.for(REAL_FILES)(
    "stores every tick of %s, and each bar equals the plain loop's",
    async (file, { skip }) => {
      skip(!hasSharedData(file), `${file} is not at ${SHARED_DATA}`);
      const path = join(SHARED_DATA, file);
      const ticks = parseTicks(readFileSync(path, "utf8"));
      await replayAndCompare(checkout, warehouse, path, ticks);
      fed.push(...ticks);
    },
  );

  it("gives the clean feed's bars when every tick comes three times, and some are corrected", async () => {
    const nodes = await ownerConnections(checkout, warehouse.outputs.clickhouse);
    await expectTripledFeedExact(checkout, warehouse, nodes);
  });

  it("has every Replicated table writable on both shards, and each symbol on one of them", async () => {
    const perNode: string[][] = [];
    for (const connection of await ownerConnections(checkout, warehouse.outputs.clickhouse)) {
      await withNode(connection, async (session) => {
        const replicas = await session.rows<{ table: string; is_readonly: number }>(
          "SELECT table, is_readonly FROM system.replicas ORDER BY table",
        );
        expect(replicas).toEqual(
          [
            "bar_changes",
            "bars_1m",
            "dead_letters",
            "empty_offsets",
            "offset_ledger",
            "sequence_ledger",
            "ticks_dedup",
            "ticks_local",
            "trades_1m_agg",
          ].map((table) => ({
            table,
            is_readonly: 0,
          })),
        );
        const symbols = await session.rows<{ symbol: string }>("SELECT DISTINCT symbol FROM ticks_local");
        perNode.push(symbols.map(({ symbol }) => symbol));
      });
    }
    const [first = [], second = []] = perNode;
    expect(Math.min(first.length, second.length)).toBeGreaterThan(0);
    expect(first.filter((symbol) => second.includes(symbol))).toEqual([]);
  });

  it("changes nothing the second time", async () => {
    const up = await checkout.npm("up");
    expect(up.exitCode, up.all).toBe(0);
    expect(up.all).toMatch(/Resources:\s+\d+ unchanged\s/);
  });

  it("answers nobody without credentials, or with wrong ones, but what is public", async () => {
    await expectClosedPorts(checkout);
  });

  it("loses no tick while all passwords change, and knows the old ones no more", async () => {
    fed.push(...(await expectRotation(checkout, warehouse)));
  });

  it("shows no secret in state, files, logs, arguments, environments, or what the daemon tells", async () => {
    await expectHiddenSecrets(checkout);
  });

  it.each(["clickhouse-01", "clickhouse-02", "kafka-1", "keeper-1", "api", "producer"])(
    "is exact after %s was killed in the middle of a replay",
    async (victim) => {
      const symbol = `KILL${victim.replaceAll("-", "").toUpperCase()}`;
      // Ten seconds of ticks at their own speed, so that the kill falls into the middle.
      const ticks = makeFeed({
        symbols: [`${symbol}A`, `${symbol}B`, `${symbol}C`],
        exchange: "TEST",
        trades: 400,
        startMicros: 1_700_000_000_000_000n,
        seed: victim.length,
      });
      const path = writeTicks(checkout, `${victim}.jsonl`, spread(ticks, 10));
      const replay = checkout.npm("produce", "replay", path, "--speed", "1");
      await warehouse.untilRawCount(`${symbol}A`, 20);
      await docker("kill", name(victim));
      await docker("start", name(victim));
      const produced = await replay;
      expect(produced.exitCode, produced.all).toBe(0);
      const sent = spread(ticks, 10);
      for (const each of new Set(sent.map((tick) => tick.symbol))) {
        await warehouse.untilFinalCount(each, sent.filter((tick) => tick.symbol === each).length);
      }
      await compareExact(warehouse, sent);
    },
  );

  it("replaces a service alone when its settings change, and the preview says so", async () => {
    await checkout.withEnv(
      "pulumi",
      "config",
      "set",
      "tickhouse:simulateRate",
      "100",
      "--stack",
      checkout.stack,
    );
    const preview = await checkout.withEnv("pulumi", "preview", "--stack", checkout.stack);
    expect(preview.all).toMatch(/\+-\s+docker:index:Container producer replace/);
    expect(preview.all).not.toMatch(/docker:index:Container (clickhouse|kafka|keeper|api)\S* replace/);
    const up = await checkout.npm("up");
    expect(up.exitCode, up.all).toBe(0);
  });

  it("restarts the ClickHouse nodes one at a time when a rendered file changes, at rest, with their data", async () => {
    await checkout.withEnv(
      "pulumi",
      "config",
      "set",
      "tickhouse:clickhouseMemoryMb",
      "2100",
      "--stack",
      checkout.stack,
    );
    const up = await checkout.npm("up");
    expect(up.exitCode, up.all).toBe(0);
    const steps = [
      ...up.all.matchAll(
        /Container (clickhouse-0\d) (deleting original|replaced)|Drain (clickhouse-0\d)-drain (deleted original)/g,
      ),
    ].map((match) => `${match[1] ?? match[3]} ${match[2] ?? "drained"}`);
    expect([...new Set(steps)]).toEqual([
      "clickhouse-01 drained",
      "clickhouse-01 deleting original",
      "clickhouse-01 replaced",
      "clickhouse-02 drained",
      "clickhouse-02 deleting original",
      "clickhouse-02 replaced",
    ]);
    expect(up.all).not.toMatch(/Container (kafka|keeper)\S* replac/);
    await compareExact(warehouse, fed);
  });

  it("brings a container that was removed by hand back with its data", async () => {
    await docker("rm", "-f", name("clickhouse-02"));
    const refresh = await checkout.withEnv("pulumi", "refresh", "--yes", "--stack", checkout.stack);
    expect(refresh.exitCode, refresh.all).toBe(0);
    const up = await checkout.withEnv("pulumi", "up", "--yes", "--stack", checkout.stack);
    expect(up.exitCode, up.all).toBe(0);
    await compareExact(warehouse, fed);
  });

  it("refuses what would lose data, and says what to do", async () => {
    const refused = async (setting: string, value: string, says: RegExp) => {
      const before = checkout.read(`Pulumi.${checkout.stack}.yaml`);
      await checkout.withEnv(
        "pulumi",
        "config",
        "set",
        `tickhouse:${setting}`,
        value,
        "--stack",
        checkout.stack,
      );
      const preview = await checkout.withEnv("pulumi", "preview", "--stack", checkout.stack);
      expect(preview.exitCode, preview.all).not.toBe(0);
      expect(preview.all).toMatch(says);
      checkout.write(`Pulumi.${checkout.stack}.yaml`, before);
    };
    await refused("keepers", "2", /keepers is "2"; accepted: 1 or 3/);
    await refused("keepers", "3", /keepers is 3, the ensemble has 1.*To get 3/);
    await refused("shards", "3", /shards is 3, the data was spread over 2.*would move/s);
    await refused("partitions", "1", /partitions is 1, fewer than the 2 ClickHouse nodes/);
  });

  it("adds a shard when that is allowed, with every object on it, and takes ticks to all three", async () => {
    for (const [setting, value] of [
      ["shards", "3"],
      ["allowShardChange", "true"],
    ] as const) {
      await checkout.withEnv(
        "pulumi",
        "config",
        "set",
        `tickhouse:${setting}`,
        value,
        "--stack",
        checkout.stack,
      );
    }
    const up = await checkout.npm("up");
    expect(up.exitCode, up.all).toBe(0);
    const outputs = JSON.parse((await checkout.npm("outputs")).stdout) as StackOutputs;
    const objects: string[][] = [];
    for (const connection of await ownerConnections(checkout, outputs.clickhouse)) {
      const tables = await withNode(connection, (session) =>
        session.rows<{ name: string }>(
          "SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name",
        ),
      );
      objects.push(tables.map((table) => table.name));
    }
    expect(objects).toHaveLength(3);
    expect(objects[0]).toHaveLength(readSqlFiles(join(ROOT, "schema")).length);
    expect(objects[2]).toEqual(objects[0]);
    const symbols = Array.from({ length: 9 }, (_, index) => `THREE${index}`);
    const ticks = makeFeed({
      symbols,
      exchange: "TEST",
      trades: 50,
      startMicros: 1_700_000_000_000_000n,
      seed: 3,
    });
    await replayAndCompare(checkout, warehouse, writeTicks(checkout, "three.jsonl", ticks), ticks);
  });

  it("leaves no container, volume, network or image of ours behind", async () => {
    const down = await checkout.npm("down");
    expect(down.exitCode, down.all).toBe(0);
    expect(await leftovers(checkout.stack)).toEqual([]);
  });
});

/** Whether a TCP connection is accepted. */
const answers = async (host: string, port: number): Promise<boolean> =>
  (await tryProbe({ kind: "tcp", host, port }, Date.now())) === undefined;
