import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Connection, withNode } from "../../infra/clickhouse/connection.ts";
import { CONSUMER_GROUP, TOPIC } from "../../infra/kafka/names.ts";
import type { BackupPlace } from "../../infra/storage/storage.ts";
import { createBackup } from "../../tools/backup/create.ts";
import { readManifests } from "../../tools/backup/list.ts";
import type { Manifest } from "../../tools/backup/manifest.ts";
import { planPrune } from "../../tools/backup/prune.ts";
import { restoreBackup } from "../../tools/backup/restore.ts";
import { openStore } from "../../tools/backup/store.ts";
import { verifyBackup } from "../../tools/backup/verify.ts";
import type { BackedUp } from "../../tools/backup/warehouse.ts";
import { ensurePythonEnv } from "../../tools/pythonEnv.ts";
import { allAnswers, without } from "../support/allAnswers.ts";
import { temporaryFolder } from "../support/folder.ts";
import { createTopic, startKafka, type TestKafka } from "../support/kafka.ts";
import { type S3, startS3 } from "../support/s3.ts";
import { asLines, type SmallWarehouse, startSmallWarehouse } from "../support/smallWarehouse.ts";
import { PARTITIONS } from "../support/stack.ts";
import { makeFeed } from "../support/ticks.ts";

const python = await ensurePythonEnv();
const SYMBOLS = ["AAPL", "MSFT", "NVDA"] as const;
const START = 1_763_121_600_000_000n;

/** A feed with duplicates, corrections and a broken line. */
function lines(seed: number): string[] {
  const feed = makeFeed({
    symbols: SYMBOLS,
    exchange: "XNAS",
    trades: 150,
    startMicros: START + BigInt(seed) * 600_000_000n,
    seed,
  });
  const corrected = feed
    .filter((_, index) => index % 9 === 0)
    .map((tick) => ({ ...tick, price: tick.price + 0.5, source_version: 2 }));
  return [...asLines([...feed, ...feed.slice(0, 50), ...corrected]), `broken line of feed ${seed}`];
}

/** As many messages as `send` makes of lines. */
const messagesOf = (sent: readonly string[]): number => Math.ceil(sent.length / 100);

function backedUp(warehouse: SmallWarehouse, place: BackupPlace, as: "backup" | "owner"): BackedUp {
  const { cluster, bootstrap } = warehouse;
  const shards = cluster.topology.nodes.map(({ name, shard }, index) => {
    const owner = cluster.connections[index] as Connection;
    const first = as === "owner" ? owner : { ...owner, ...cluster.backup };
    return { shard, first: { ...first, node: name }, others: [] };
  });
  const kafka = { bootstrap, topic: TOPIC, group: CONSUMER_GROUP };
  return { stack: "test", kafka, shards, store: openStore(place) };
}

const message = (error: unknown): string => (error as Error).message;

const PLACES = ["a folder", "an S3 bucket"] as const;

describe.each(PLACES)("backups in %s", (kind) => {
  const skipped = kind === "an S3 bucket" && python === undefined;
  let folder: ReturnType<typeof temporaryFolder>;
  let s3: S3 | undefined;
  let place: BackupPlace;
  let kept: TestKafka;
  let warehouse: SmallWarehouse | undefined;
  let full: Manifest;
  let incremental: Manifest;
  let answersFull: Record<string, unknown>;
  let answersIncremental: Record<string, unknown>;
  let answersLast: Record<string, unknown>;
  const feeds = [1, 2, 3, 4].map(lines);
  const sentUntil = (count: number): number =>
    feeds.slice(0, count).reduce((sum, feed) => sum + messagesOf(feed), 0);

  const start = async (bootstrap?: string): Promise<SmallWarehouse> => {
    await warehouse?.stop();
    warehouse = undefined;
    warehouse = await startSmallWarehouse({ storage: { backups: place }, ...(bootstrap && { bootstrap }) });
    return warehouse;
  };

  beforeAll(async () => {
    if (skipped) return;
    folder = temporaryFolder("backups");
    if (kind === "an S3 bucket" && python !== undefined) s3 = await startS3(python);
    place =
      s3 === undefined
        ? { kind: "folder", path: folder.path }
        : { kind: "bucket", bucket: s3.bucket("backups") };
    kept = await startKafka();
    await createTopic(kept.bootstrap, TOPIC, PARTITIONS);
    await start(kept.bootstrap);
  });
  afterAll(async () => {
    await warehouse?.stop();
    await kept?.stop();
    await s3?.stop();
    folder?.remove();
  });

  it.skipIf(skipped)("are full at first, then hold what is new, and can be restored", async () => {
    const running = warehouse as SmallWarehouse;
    await running.send(feeds[0] ?? []);
    answersFull = await allAnswers(running.api, SYMBOLS);
    full = await createBackup(backedUp(running, place, "backup"), false);
    expect(full).toMatchObject({ kind: "full", base: null });

    await running.send(feeds[1] ?? []);
    answersIncremental = await allAnswers(running.api, SYMBOLS);
    incremental = await createBackup(backedUp(running, place, "backup"), false);
    expect(incremental).toMatchObject({ kind: "incremental", base: full.name });

    expect((await readManifests(openStore(place))).map(({ name }) => name)).toEqual([
      full.name,
      incremental.name,
    ]);
    for (const manifest of [full, incremental])
      await verifyBackup(backedUp(running, place, "owner"), manifest);
    expect(await allAnswers(running.api, SYMBOLS), "after verifying").toEqual(answersIncremental);

    // What comes after the backup: only Kafka has it when ClickHouse is lost.
    await running.send(feeds[2] ?? []);
    answersLast = await allAnswers(running.api, SYMBOLS);
  });

  it.skipIf(skipped)("let the user that makes them read no tick, and write and restore nothing", async () => {
    const [node] = backedUp(warehouse as SmallWarehouse, place, "backup").shards;
    const tries = [
      "SELECT * FROM ticks_local",
      "SELECT price FROM ticks_dedup",
      "INSERT INTO bars_1m (symbol) VALUES ('X')",
      "TRUNCATE TABLE ticks_local",
      "DROP TABLE ticks_local",
      "DROP TABLE bars_1m",
      `RESTORE TABLE tickhouse.ticks_local FROM Disk('backups', '${full.name}/01/data')`,
      "CREATE DATABASE x",
      "SELECT * FROM system.users",
    ];
    for (const sql of tries)
      await expect(
        withNode((node as { first: Connection }).first, (session) => session.run(sql)),
        sql,
      ).rejects.toThrow(/Not enough privileges|ACCESS_DENIED/);
  });

  it.skipIf(skipped)("refuse to overwrite, and say how to let go of what is there", async () => {
    const running = warehouse as SmallWarehouse;
    const refused = await restoreBackup(backedUp(running, place, "owner"), full, false).catch(message);
    expect(refused).toMatch(/not empty: clickhouse-01 bar_changes \(\d+ rows\)/);
    expect(refused).toContain(`npm run restore -- ${full.name} --stack test --discard-data-of test`);
    expect(await allAnswers(running.api, SYMBOLS)).toEqual(answersLast);
  });

  it.skipIf(skipped)("bring back what was there, and Kafka what came after it", async () => {
    const running = await start(kept.bootstrap);
    const { lost } = await restoreBackup(backedUp(running, place, "owner"), full, false);
    expect(lost).toBe(0n);
    await running.untilStored(sentUntil(3));
    expect(comparable(await allAnswers(running.api, SYMBOLS))).toEqual(comparable(answersLast));
  });

  it.skipIf(skipped)("take the place of what is there when that is named", async () => {
    const running = warehouse as SmallWarehouse;
    await restoreBackup(backedUp(running, place, "owner"), incremental, true);
    await running.untilStored(sentUntil(3));
    expect(comparable(await allAnswers(running.api, SYMBOLS))).toEqual(comparable(answersLast));
  });

  it.skipIf(skipped).each(["full", "incremental"] as const)(
    "give every answer as it was beside a Kafka made anew: %s",
    async (which) => {
      const running = await start();
      const [manifest, answers, sent] =
        which === "full"
          ? ([full, answersFull, sentUntil(1)] as const)
          : ([incremental, answersIncremental, sentUntil(2)] as const);
      await restoreBackup(backedUp(running, place, "owner"), manifest, false);
      await running.untilStored(sent);
      expect(await allAnswers(running.api, SYMBOLS)).toEqual(answers);
      // What is sent now has offsets of its own, and is stored once.
      await running.send(feeds[3] ?? []);
      const audit = (await (await running.api.get("/audit")).json()) as { verdict: string };
      expect(audit.verdict).toBe("complete");
    },
  );

  it.skipIf(skipped)("are refused beside another Kafka's messages, which have the same offsets", async () => {
    const running = await start();
    await running.send(feeds[3] ?? []);
    const refused = await restoreBackup(backedUp(running, place, "owner"), full, true).catch(message);
    expect(refused).toMatch(/partition \d+ of ticks holds messages 0 to \d+, and .* would be taken for them/);
    expect(
      ((await (await running.api.get("/audit")).json()) as { total: object }).total,
      "nothing was touched",
    ).toMatchObject({ stored: messagesOf(feeds[3] ?? []), missing: 0 });
  });

  it.skipIf(skipped)("are pruned without those that others build on", async () => {
    const store = openStore(place);
    const prune = async (keep: number): Promise<string[]> => {
      const going = planPrune(await store.folders(), await readManifests(store), keep, new Date());
      for (const name of going) await store.remove(name);
      return going;
    };
    const fresh = await createBackup(backedUp(warehouse as SmallWarehouse, place, "backup"), true);
    expect(await prune(2)).toEqual([]);
    expect(await prune(1)).toEqual([full.name, incremental.name]);
    expect(await store.folders()).toEqual([fresh.name]);
    if (s3 !== undefined) expect(await s3.count(`backups/${full.name}`)).toBe(0);
  });

  it.skipIf(skipped)("say which file is missing", async () => {
    const running = warehouse as SmallWarehouse;
    const [last] = (await readManifests(openStore(place))).slice(-1);
    if (last === undefined || place.kind !== "folder") return;
    rmSync(`${place.path}/${last.name}/01/data/data`, { recursive: true });
    await expect(verifyBackup(backedUp(running, place, "owner"), last)).rejects.toThrow(/01\/data failed/);
  });
});

/** When this warehouse took a tick or computed a bar: what is consumed again is taken again. */
const TAKEN = new Set(["ingestTime", "knownAt", "firstKnownAt", "revision"]);
/** Of two equal copies of a tick the one that came last is kept, and they come in other blocks than before. */
const PLACE = new Set(["kafkaTopic", "kafkaPartition", "kafkaOffset", "kafkaLine"]);

/**
 * What is the same after messages were consumed again: every answer but /backtest/fast, which is provisional, and chooses
 * among the versions of a trade by how they came.
 */
function comparable(answers: Record<string, unknown>): unknown {
  return Object.entries(answers)
    .filter(([path]) => !path.startsWith("/backtest/fast"))
    .map(([path, answer]) => {
      if (!path.startsWith("/dead-letters")) return [path, without(answer, new Set([...TAKEN, ...PLACE]))];
      // Newest first, and those that are read again are equally new.
      const { deadLetters, ...rest } = answer as { deadLetters: { place: string }[] };
      const sorted = deadLetters.toSorted((a, b) => (a.place < b.place ? -1 : 1));
      return [path, without({ ...rest, deadLetters: sorted }, new Set(["time"]))];
    });
}
