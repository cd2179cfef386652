import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withNode } from "../../infra/clickhouse/connection.ts";
import { pollUntil } from "../../infra/poll.ts";
import type { Tick } from "../../services/common/src/index.ts";
import { ensurePythonEnv } from "../../tools/pythonEnv.ts";
import { allAnswers } from "../support/allAnswers.ts";
import { applySchema, localSchema } from "../support/engine.ts";
import { type S3, startS3 } from "../support/s3.ts";
import { asLines, type SmallWarehouse, startSmallWarehouse } from "../support/smallWarehouse.ts";
import { makeFeed } from "../support/ticks.ts";

const python = await ensurePythonEnv();
const SYMBOLS = ["AAPL", "MSFT", "NVDA", "AMZN"] as const;
const HOT_DAYS = 30;
const MOVE_DEADLINE_MS = 60_000;
const TABLES = ["ticks_local", "ticks_dedup"] as const;

let s3: S3;
let warehouse: SmallWarehouse;

beforeAll(async () => {
  if (python === undefined) return;
  s3 = await startS3(python);
  warehouse = await startSmallWarehouse({ storage: { archive: s3.bucket("archive") } });
});
afterAll(async () => {
  await warehouse?.stop();
  await s3?.stop();
});

const daysAgo = (days: number): bigint => BigInt(Date.now() - days * 86_400_000) * 1_000n;

/** A feed of some day with what makes exactness hard: every tick twice, corrections, busts, and order books. */
function hardFeed(days: number, seed: number): Tick[] {
  const feed = makeFeed({
    symbols: SYMBOLS,
    exchange: "XNAS",
    trades: 200,
    startMicros: daysAgo(days),
    seed,
  });
  const trades = feed.filter(({ event_type }) => event_type === "trade");
  const corrected = trades
    .filter((_, index) => index % 7 === 0)
    .map((tick) => ({ ...tick, price: tick.price + 0.01, source_version: 2 }));
  const busted = trades
    .filter((_, index) => index % 31 === 1)
    .map((tick) => ({ ...tick, size: 0, source_version: 3 }));
  const book = trades
    .filter((_, index) => index % 5 === 0)
    .map((tick) => ({ ...tick, event_type: "book" as const, side: "buy" as const }));
  return [...feed, ...feed, ...corrected, ...busted, ...book];
}

/** Rows of a table on each disk, all nodes together. */
async function rowsByDisk(table: string): Promise<Record<string, number>> {
  const all = await Promise.all(
    warehouse.cluster.connections.map((node) =>
      withNode(node, (session) =>
        session.rows<{ disk: string; rows: string }>(
          `SELECT disk_name AS disk, toString(sum(rows)) AS rows FROM system.parts
           WHERE database = currentDatabase() AND table = {table:String} AND active GROUP BY disk`,
          { table },
        ),
      ),
    ),
  );
  const sums: Record<string, number> = {};
  for (const { disk, rows } of all.flat()) sums[disk] = (sums[disk] ?? 0) + Number(rows);
  return sums;
}

const isPastHot = `event_time < now() - INTERVAL ${HOT_DAYS} DAY`;

/** Waits until no tick of the past lies on a node's own disk. */
async function untilArchived(): Promise<void> {
  let left = "";
  const done = await pollUntil(MOVE_DEADLINE_MS, async () => {
    const hot = await Promise.all(
      warehouse.cluster.connections.flatMap((node) =>
        TABLES.map((table) =>
          withNode(node, (session) =>
            session.rows<{ rows: string }>(
              `SELECT toString(count()) AS rows FROM {table:Identifier} WHERE ${isPastHot} AND _part IN (
                 SELECT name FROM system.parts WHERE database = currentDatabase() AND table = {table:String}
                 AND active AND disk_name != 'archive')`,
              { table },
            ),
          ),
        ),
      ),
    );
    left = hot.map(([row]) => row?.rows).join(", ");
    return hot.every(([row]) => row?.rows === "0") || undefined;
  });
  if (done === undefined)
    throw new Error(
      `ticks of the past are still on the nodes' own disks after ${MOVE_DEADLINE_MS} ms: ${left}`,
    );
}

describe.skipIf(python === undefined)("archiving half of the data", () => {
  let before: Record<string, unknown>;

  it("is done to tables that exist, in place", async () => {
    await warehouse.send([...asLines([...hardFeed(60, 1), ...hardFeed(1, 2)]), "this is no tick"]);
    before = await allAnswers(warehouse.api, SYMBOLS);
    const archiveUrl = s3.bucket("archive").url;
    await applySchema(
      warehouse.cluster,
      localSchema(warehouse.cluster.topology, 0, { archiveUrl, hotDays: HOT_DAYS }),
    );
    await untilArchived();
    for (const table of TABLES) {
      const { archive = 0, default: hot = 0 } = await rowsByDisk(table);
      expect(archive / (archive + hot), `${table}: the share of archived rows`).toBeCloseTo(0.5, 1);
    }
    expect(await s3.count("archive/01/clickhouse-01")).toBeGreaterThan(0);
    expect(await s3.count("archive/02/clickhouse-02")).toBeGreaterThan(0);
  });

  it("changes no answer of the API", async () => {
    expect(await allAnswers(warehouse.api, SYMBOLS)).toEqual(before);
  });

  it("changes none after the nodes were restarted", async () => {
    for (const index of [0, 1]) await warehouse.cluster.restart(index);
    await pollUntil(MOVE_DEADLINE_MS, async () => (await warehouse.api.get("/audit")).ok || undefined);
    expect(await allAnswers(warehouse.api, SYMBOLS)).toEqual(before);
  });

  it("takes late duplicates and corrections of archived ticks", async () => {
    const [trade] = makeFeed({
      symbols: ["LATE"],
      exchange: "XNAS",
      trades: 1,
      startMicros: daysAgo(59),
      seed: 3,
    });
    if (trade === undefined) throw new Error("a feed without a tick");
    await warehouse.send(asLines([trade]));
    await untilArchived();
    await warehouse.send(asLines([trade, { ...trade, price: 123.25, source_version: 2 }]));
    const ask = async (path: string) => (await warehouse.api.get(path)).json();
    expect(await ask("/dedup/raw_count?symbol=LATE")).toMatchObject({ count: 3 });
    expect(await ask("/dedup/final_count?symbol=LATE")).toMatchObject({ count: 1 });
    expect((await ask("/backtest/slow?symbol=LATE")) as object).toMatchObject({ bars: [{ close: 123.25 }] });
    expect((await ask("/bars?symbol=LATE&interval=1m")) as object).toMatchObject({
      bars: [{ close: 123.25, revision: 2 }],
    });
  });
});
