import { expect } from "vitest";
import { type Connection, withNode } from "../../infra/clickhouse/connection.ts";
import { INTERVALS, type Interval } from "../../services/api/src/intervals.ts";
import type { Tick } from "../../services/common/src/index.ts";
import type { Checkout } from "./checkout.ts";
import { type ExactBar, exactBarsOf, latestTicks } from "./exactLoop.ts";
import { symbolsOf, writeTicks } from "./replay.ts";
import { makeFeed } from "./ticks.ts";
import type { Warehouse } from "./warehouse.ts";

const DEADLINE_MS = 60_000;

/**
 * A feed where every tick comes three times, half of them after each node's consumers have left the group and come back,
 * and every twentieth trade is corrected later (a third of these busted): counts and bars must be the clean feed's.
 */
export async function expectTripledFeedExact(
  checkout: Checkout,
  warehouse: Warehouse,
  nodes: readonly Connection[],
): Promise<void> {
  const symbols = Array.from({ length: 6 }, (_, index) => `TRIPLE${index}`);
  const feed = makeFeed({
    symbols,
    exchange: "TEST",
    trades: 200,
    startMicros: 1_700_300_000_000_000n,
    seed: 3,
  });
  const corrections = feed
    .filter(({ event_type }) => event_type === "trade")
    .filter((_, index) => index % 20 === 0)
    .map((tick, index) => ({
      ...tick,
      source_version: 2,
      price: tick.price + 0.03,
      size: index % 3 === 0 ? 0 : tick.size * 2,
    }));
  const half = Math.floor(feed.length / 2);
  await replay(checkout, "tripled-1.jsonl", [...feed, ...feed.slice(0, half)]);
  await rebalance(nodes);
  await replay(checkout, "tripled-2.jsonl", [...feed.slice(half), ...feed, ...corrections]);

  const sent = [...feed, ...corrections];
  for (const symbol of symbolsOf(feed)) {
    const clean = latestTicks(sent).filter((tick) => tick.symbol === symbol);
    const busted = clean.filter(({ event_type, size }) => event_type === "trade" && size === 0);
    expect(await warehouse.finalCount(symbol)).toBe(clean.length - busted.length);
    expect(await warehouse.rawCount(symbol)).toBeGreaterThanOrEqual(3 * clean.length);
    await expectExactBars(warehouse, sent, symbol);
  }
  await expectOneShardEach(nodes, symbols);
}

async function replay(checkout: Checkout, name: string, ticks: readonly Tick[]): Promise<void> {
  const produced = await checkout.npm("produce", "replay", writeTicks(checkout, name, ticks));
  expect(produced.exitCode, produced.all).toBe(0);
}

/** Every partition goes to another node for a while, and back. */
async function rebalance(nodes: readonly Connection[]): Promise<void> {
  for (const node of nodes)
    await withNode(node, async (session) => {
      await session.run("DETACH TABLE ticks_kafka SYNC");
      await session.run("ATTACH TABLE ticks_kafka");
    });
}

/** Every interval, to the last bit, once the changed minutes are computed. */
export async function expectExactBars(
  warehouse: Warehouse,
  sent: readonly Tick[],
  symbol: string,
): Promise<void> {
  for (const interval of Object.keys(INTERVALS) as Interval[]) {
    const bars = async (): Promise<ExactBar[]> =>
      (await warehouse.exactBars(symbol, interval)).map(
        ({ state: _, revision: __, knownAt: ___, ...bar }) => bar,
      );
    await expect
      .poll(bars, { timeout: DEADLINE_MS, message: `${symbol} ${interval}` })
      .toEqual(exactBarsOf(sent, symbol, INTERVALS[interval]));
  }
}

async function expectOneShardEach(nodes: readonly Connection[], symbols: readonly string[]): Promise<void> {
  const perNode = await Promise.all(
    nodes.map((node) =>
      withNode(node, (session) =>
        session.rows<{ symbol: string }>(
          "SELECT DISTINCT symbol FROM ticks_local WHERE symbol IN {symbols:Array(String)}",
          {
            symbols,
          },
        ),
      ),
    ),
  );
  const found = perNode.map((rows) => rows.map(({ symbol }) => symbol));
  expect(found.flat().sort(), "each on one shard").toEqual(symbols.toSorted());
  expect(Math.min(...found.map(({ length }) => length)), "both shards are used").toBeGreaterThan(0);
}
