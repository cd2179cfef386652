import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withNode } from "../../infra/clickhouse/connection.ts";
import type { StackOutputs } from "../../tools/outputsOf.ts";
import { type Checkout, createCheckout } from "../support/checkout.ts";
import { docker, dockerProblem, takeDown } from "../support/docker.ts";
import { ownerConnections } from "../support/owner.ts";
import { compareExact, replayAndCompare, writeTicks } from "../support/replay.ts";
import { makeFeed } from "../support/ticks.ts";
import { openWarehouse, type Warehouse } from "../support/warehouse.ts";

// An ensemble of three Keepers on target `docker` loses a member, then its majority.
const problem = await dockerProblem();
if (problem !== undefined)
  console.warn(`SKIPPED: three Keepers are not tested, there is no Docker here: ${problem}`);

let checkout: Checkout;
let warehouse: Warehouse;
const name = (part: string): string => `tickhouse-${checkout.stack}-${part}`;
const feed = (symbol: string, seed: number) =>
  makeFeed({
    symbols: [`${symbol}A`, `${symbol}B`, `${symbol}C`, `${symbol}D`],
    exchange: "TEST",
    trades: 200,
    startMicros: 1_700_000_000_000_000n,
    seed,
  });

describe.skipIf(problem !== undefined)("three Keepers", () => {
  beforeAll(async () => {
    checkout = await createCheckout("docker");
    checkout.set("keepers", 3);
    checkout.set("producer", "off");
    const up = await checkout.npm("up");
    expect(up.exitCode, up.all).toBe(0);
    warehouse = openWarehouse(JSON.parse((await checkout.npm("outputs")).stdout) as StackOutputs);
  });

  afterAll(() => takeDown(checkout));

  it("takes ticks while one is down", async () => {
    await docker("kill", name("keeper-2"));
    const ticks = feed("ONE", 31);
    await replayAndCompare(checkout, warehouse, writeTicks(checkout, "one.jsonl", ticks), ticks);
  });

  it("refuses inserts while two are down, and has every tick exactly once they are back", async () => {
    await docker("kill", name("keeper-3"));
    const [node] = await ownerConnections(checkout, warehouse.outputs.clickhouse);
    if (node === undefined) throw new Error("a stack without nodes");
    const insert =
      "INSERT INTO ticks_local (symbol, event_time, event_type, price, size) VALUES ('BYHAND', now64(6), 'trade', 1, 1) SETTINGS insert_keeper_max_retries = 2";
    await expect(withNode(node, (session) => session.run(insert))).rejects.toThrow(/clickhouse-01/);

    const ticks = feed("TWO", 32);
    const produced = await checkout.npm("produce", "replay", writeTicks(checkout, "two.jsonl", ticks));
    expect(produced.exitCode, produced.all).toBe(0);
    await docker("start", name("keeper-2"), name("keeper-3"));
    for (const symbol of new Set(ticks.map((tick) => tick.symbol))) {
      await warehouse.untilFinalCount(symbol, ticks.filter((tick) => tick.symbol === symbol).length);
    }
    await compareExact(warehouse, ticks);
    expect(await warehouse.rawCount("BYHAND")).toBe(0);
  });
});
