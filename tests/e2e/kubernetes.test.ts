import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withNode } from "../../infra/clickhouse/connection.ts";
import { pollUntil } from "../../infra/poll.ts";
import { readSqlFiles } from "../../infra/schema/files.ts";
import { ROOT } from "../../infra/targets/local/layout.ts";
import type { Tick } from "../../services/common/src/index.ts";
import { askApi } from "../../tools/api.ts";
import type { Summary } from "../../tools/drill/summary.ts";
import type { StackOutputs } from "../../tools/outputsOf.ts";
import { type Checkout, createCheckout, type Started } from "../support/checkout.ts";
import {
  kubectl,
  leftInCluster,
  loadAgain,
  loadImages,
  type PodLife,
  podsOfRole,
  stackProblem,
} from "../support/kubernetes.ts";
import { ownerConnections } from "../support/owner.ts";
import { compareExact, replayAndCompare, spread, symbolsOf, writeTicks } from "../support/replay.ts";
import { hasSharedData, SHARED_DATA } from "../support/sharedData.ts";
import { makeFeed, parseTicks } from "../support/ticks.ts";
import { openWarehouse, type Warehouse } from "../support/warehouse.ts";

// The life of a stack on target `kubernetes`, on a real cluster. The steps build on each other.
const REAL_FILE = "kraken-xbtusdt-trades.jsonl";
const ROUNDS = 10;
const problem = await stackProblem();
if (problem !== undefined)
  console.warn(`SKIPPED: target kubernetes is not tested, there is no cluster here: ${problem}`);

/** Changes to a running stack take as long as all the rest: `KUBERNETES_E2E=short` leaves them out. */
const short = process.env["KUBERNETES_E2E"] === "short";
if (short && problem === undefined)
  console.warn("SKIPPED: rolling changes on target kubernetes are not tested, KUBERNETES_E2E is short");
const change = it.skipIf(short);

let checkout: Checkout;
let warehouse: Warehouse;
let forward: Started | undefined;
const fed: Tick[] = [];
const namespace = (): string => `tickhouse-${checkout.stack}`;
const up = async (): Promise<string> => {
  const ended = await checkout.npm("up");
  expect(ended.exitCode, ended.all).toBe(0);
  return ended.all;
};
const readOutputs = async (): Promise<StackOutputs> =>
  JSON.parse((await checkout.npm("outputs", "--show-secrets")).stdout) as StackOutputs;

/** Keeps the outputs true on this machine, as a user does who looks at the dashboard. */
async function openForward(): Promise<void> {
  await forward?.end("SIGINT");
  const started = checkout.start("forward");
  forward = started;
  const open = await pollUntil(60_000, () => (started.all().includes("open until") ? true : undefined));
  expect(open, started.all()).toBe(true);
  warehouse = openWarehouse(await readOutputs());
}

describe.skipIf(problem !== undefined)("target kubernetes", () => {
  beforeAll(async () => {
    checkout = await createCheckout("kubernetes");
    checkout.set("producer", "off");
    checkout.set("keepers", 3);
    // What the servers here can serve over TLS: the engine has no such listener, and ZooKeeper stands for Keeper.
    checkout.set("tlsParts", "kafka,api");
    await loadImages(checkout);
  });

  afterAll(async () => {
    if (checkout === undefined) return;
    await forward?.end("SIGINT");
    await checkout.npm("down");
    const left = await leftInCluster(namespace());
    checkout.remove();
    expect(left, "left in the cluster").toEqual([]);
  });

  it("brings every pod up ready, with every object of the schema on each node", async () => {
    await up();
    await openForward();
    const counts: Record<string, number> = {};
    for (const role of ["clickhouse", "keeper", "kafka", "bars", "api", "producer"])
      counts[role] = (await podsOfRole(namespace(), role)).length;
    expect(counts).toEqual({ clickhouse: 2, keeper: 3, kafka: 1, bars: 1, api: 1, producer: 0 });
    const files = readSqlFiles(join(ROOT, "schema")).length;
    for (const connection of await ownerConnections(checkout, warehouse.outputs.clickhouse)) {
      const [row] = await withNode(connection, (session) =>
        session.rows<{ count: string }>(
          "SELECT count() AS count FROM system.tables WHERE database = currentDatabase()",
        ),
      );
      expect(Number(row?.count), connection.node).toBe(files);
    }
  });

  it("stores every tick of a generated feed, and each bar equals the plain loop's", async () => {
    const symbols = Array.from({ length: 6 }, (_, index) => `GEN${index}`);
    const ticks = feedOf(symbols, 100, 17);
    await replayAndCompare(checkout, warehouse, writeTicks(checkout, "generated.jsonl", ticks), ticks);
    fed.push(...ticks);
  });

  it(`stores every tick of ${REAL_FILE}, and each bar equals the plain loop's`, async ({ skip }) => {
    skip(!hasSharedData(REAL_FILE), `${REAL_FILE} is not at ${SHARED_DATA}`);
    const path = join(SHARED_DATA, REAL_FILE);
    const ticks = parseTicks(readFileSync(path, "utf8"));
    await replayAndCompare(checkout, warehouse, path, ticks);
    fed.push(...ticks);
  });

  it("lets nobody in without the key", async () => {
    const response = await askApi({ ...warehouse.outputs, apiKey: "" }, "/symbols");
    expect(response.status).toBe(401);
  });

  it("changes nothing the second time", async () => {
    expect(await up()).toMatch(/Resources:\s+\d+ unchanged\s/);
  });

  it("sees with a refresh what was deleted by hand, and makes it again over the same data", async () => {
    await kubectl("-n", namespace(), "delete", "statefulset/clickhouse-02", "poddisruptionbudget/kafka");
    const refresh = await checkout.withEnv("pulumi", "refresh", "--yes", "--stack", checkout.stack);
    expect(refresh.exitCode, refresh.all).toBe(0);
    expect(refresh.all).toMatch(/StatefulSet clickhouse-02 delete/);
    expect(refresh.all).toMatch(/PodDisruptionBudget kafka-budget delete/);
    const text = await up();
    expect(text).toMatch(/StatefulSet clickhouse-02 created/);
    expect(text).toMatch(/Settled clickhouse-02-settled updated/);
    await compareExact(warehouse, fed);
  });

  it(`loses, doubles and breaks nothing in ${ROUNDS} rounds of pods that are taken away in the middle of a feed`, async () => {
    const faults = "kill-clickhouse,kill-kafka,kill-keeper";
    const args = ["--rounds", String(ROUNDS), "--seed", "7", "--ticks", "600", "--faults", faults];
    const ended = await checkout.npm("drill", ...args, "--json", "drill.json");
    expect(ended.exitCode, ended.all).toBe(0);
    const { summary, audit } = JSON.parse(checkout.read("drill.json")) as {
      summary: Summary;
      audit: { verdict: string; missing: number };
    };
    expect(summary).toMatchObject({ rounds: ROUNDS, lost: 0, doubled: 0, wrongBars: 0, wrongDeadLetters: 0 });
    expect(audit).toMatchObject({ verdict: "complete", missing: 0 });
  });

  change("rolls one node after the other when a rendered file changes, while ticks come in", async () => {
    const before = await podsOfRole(namespace(), "clickhouse");
    await whileFeeding("FILE", async () => {
      checkout.set("clickhouseMemoryMb", 2100);
      expect(await up()).not.toMatch(/StatefulSet (kafka|keeper)\S* updat/);
    });
    expectOneAtATime(before, await podsOfRole(namespace(), "clickhouse"));
  });

  change("rolls Keeper after Keeper to another image, while ticks come in", async () => {
    const image = "clickhouse/clickhouse-keeper:26.7.1-again";
    await loadAgain("clickhouse/clickhouse-keeper:26.7", image);
    const before = await podsOfRole(namespace(), "keeper");
    await whileFeeding("IMAGE", async () => {
      checkout.set("keeperImage", image);
      await up();
    });
    const after = await podsOfRole(namespace(), "keeper");
    expectOneAtATime(before, after);
    expect(after.map((pod) => pod.image)).toEqual([image, image, image]);
  });

  change(
    "adds a shard with every object, and a copy of the API, one node after the other, while ticks come in",
    async () => {
      const before = await podsOfRole(namespace(), "clickhouse");
      await whileFeeding("SHARD", async () => {
        checkout.set("shards", 3);
        checkout.set("allowShardChange", "true");
        checkout.set("apiReplicas", 2);
        checkout.set("apiMaxReplicas", 2);
        await up();
      });
      const after = await podsOfRole(namespace(), "clickhouse");
      expect(after.map(({ name }) => name)).toEqual([
        "clickhouse-01-0",
        "clickhouse-02-0",
        "clickhouse-03-0",
      ]);
      expectOneAtATime(before, after.slice(0, before.length));
      expect(await podsOfRole(namespace(), "api")).toHaveLength(2);
      await openForward();
      const tables: string[][] = [];
      for (const connection of await ownerConnections(checkout, warehouse.outputs.clickhouse))
        tables.push(
          (
            await withNode(connection, (session) =>
              session.rows<{ name: string }>(
                "SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name",
              ),
            )
          ).map(({ name }) => name),
        );
      expect(tables[2]).toEqual(tables[0]);
    },
  );

  change("refuses what would lose data, before anything is changed", async () => {
    const before = checkout.read(`Pulumi.${checkout.stack}.yaml`);
    const refused = async (setting: string, value: string, says: RegExp) => {
      checkout.set(setting, value);
      const preview = await checkout.withEnv("pulumi", "preview", "--stack", checkout.stack);
      expect(preview.exitCode, preview.all).not.toBe(0);
      expect(preview.all).toMatch(says);
      checkout.write(`Pulumi.${checkout.stack}.yaml`, before);
    };
    await refused("keepers", "1", /keepers is 1, the ensemble has 3.*To get 1/);
    await refused("shards", "2", /shards is 2, the data was spread over 3/);
  });

  change("takes up a run that was killed in the middle of the schema", async () => {
    checkout.set("retentionDays", 3_650);
    const run = checkout.start("up");
    const reached = await pollUntil(300_000, () =>
      /SqlFile clickhouse-\S+ updated/.test(run.all()) ? true : undefined,
    );
    await run.end("SIGKILL");
    expect(reached, run.all()).toBe(true);
    // Whoever kills a run leaves its lock behind.
    const cancel = await checkout.withEnv("pulumi", "cancel", "--yes", "--stack", checkout.stack);
    expect(cancel.exitCode, cancel.all).toBe(0);
    await up();
    for (const connection of await ownerConnections(checkout, warehouse.outputs.clickhouse)) {
      const [row] = await withNode(connection, (session) =>
        session.rows<{ text: string }>(
          "SELECT create_table_query AS text FROM system.tables WHERE database = currentDatabase() AND name = 'ticks_local'",
        ),
      );
      expect(row?.text, connection.node).toMatch(/toIntervalDay\(3650\)/);
    }
    expect(await up()).toMatch(/Resources:\s+\d+ unchanged\s/);
    const symbols = ["AFTERA", "AFTERB", "AFTERC"];
    const ticks = feedOf(symbols, 50, 23, BigInt(Date.now() - 3_600_000) * 1_000n);
    await replayAndCompare(checkout, warehouse, writeTicks(checkout, "after.jsonl", ticks), ticks);
  });

  it("leaves nothing behind", async () => {
    await forward?.end("SIGINT");
    forward = undefined;
    const down = await checkout.npm("down");
    expect(down.exitCode, down.all).toBe(0);
    expect(await leftInCluster(namespace())).toEqual([]);
  });
});

const feedOf = (
  symbols: readonly string[],
  trades: number,
  seed: number,
  startMicros = 1_700_000_000_000_000n,
): Tick[] => makeFeed({ symbols: [...symbols], exchange: "TEST", trades, startMicros, seed });

/** Sends ticks for as long as a change takes, and then holds every one of them against a plain loop. */
async function whileFeeding(prefix: string, change: () => Promise<void>): Promise<void> {
  const symbols = ["A", "B", "C", "D"].map((suffix) => `${prefix}${suffix}`);
  const ticks = spread(feedOf(symbols, 400, prefix.length), 60);
  const replay = checkout.npm(
    "produce",
    "replay",
    writeTicks(checkout, `${prefix}.jsonl`, ticks),
    "--speed",
    "1",
  );
  await warehouse.untilRawCount(symbols[0] ?? "", 10);
  await change();
  const produced = await replay;
  expect(produced.exitCode, produced.all).toBe(0);
  for (const symbol of symbolsOf(ticks))
    await warehouse.untilFinalCount(symbol, ticks.filter((tick) => tick.symbol === symbol).length);
  await compareExact(warehouse, ticks);
}

/** All are new, and each went only when the one before it was ready again. Kubernetes tells whole seconds. */
function expectOneAtATime(before: readonly PodLife[], after: readonly PodLife[]): void {
  expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
  expect(after.filter(({ uid }) => before.some((old) => old.uid === uid))).toEqual([]);
  after.slice(1).forEach((pod, index) => {
    expect(pod.createdMs, pod.name).toBeGreaterThanOrEqual(after[index]?.readyMs ?? 0);
  });
}
