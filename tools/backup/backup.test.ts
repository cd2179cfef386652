import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argumentsOf, factDifferences } from "./facts.ts";
import { type KafkaNow, planPartitions } from "./kafkaPlaces.ts";
import { isName, type Manifest, misfits, nameOf, parseManifest, type TableLayout } from "./manifest.ts";
import { quoted } from "./operation.ts";
import { planPrune } from "./prune.ts";
import { regionOf, splitUrl } from "./store.ts";

const kafka = (next: string) => ({
  kafka: { clusterId: "one", topic: "ticks", group: "tickhouse", partitions: [{ partition: 0, next }] },
});
const at = (clusterId: string, low: bigint, end: bigint, after = end): KafkaNow => ({
  clusterId,
  offsets: [{ partition: 0, low, end, committed: undefined }],
  firstAfter: new Map([[0, after]]),
});

describe("planPartitions", () => {
  it.each<[string, string, bigint, bigint, { next: bigint; advance: bigint; lost: bigint }]>([
    ["a Kafka that was kept", "one", 0n, 9n, { next: 5n, advance: 0n, lost: 0n }],
    ["one that deleted messages of before the backup", "one", 3n, 9n, { next: 5n, advance: 0n, lost: 0n }],
    ["one that deleted messages of after it", "one", 7n, 9n, { next: 7n, advance: 0n, lost: 2n }],
    ["one that deleted all", "one", 9n, 9n, { next: 9n, advance: 0n, lost: 4n }],
    ["one made anew", "two", 0n, 0n, { next: 5n, advance: 5n, lost: 0n }],
    ["one made anew and moved on before", "two", 5n, 5n, { next: 5n, advance: 0n, lost: 0n }],
    ["one made anew and moved on half-way", "two", 2n, 2n, { next: 5n, advance: 3n, lost: 0n }],
  ])("lets consumers go on beside %s", (_, cluster, low, end, expected) => {
    expect(planPartitions(kafka("5"), at(cluster, low, end))).toEqual([
      { partition: 0, commit: true, ...expected },
    ]);
  });

  it("tells the group nothing of a partition that it never read", () => {
    expect(planPartitions(kafka("0"), at("two", 0n, 0n))).toMatchObject([{ commit: false, advance: 0n }]);
    const read = { ...at("one", 0n, 9n), offsets: [{ partition: 0, low: 0n, end: 9n, committed: 9n }] };
    expect(planPartitions(kafka("0"), read)).toMatchObject([{ commit: true, next: 0n }]);
  });

  it.each<[string, string, bigint, bigint, bigint, RegExp]>([
    ["another Kafka's messages", "two", 0n, 9n, 9n, /holds messages 0 to 8, and is another Kafka's/],
    ["a topic made anew", "one", 0n, 4n, 0n, /holds messages 0 to 3, and fewer than were read/],
    ["one that has grown as long since", "one", 0n, 9n, 0n, /message 0 was sent after the backup was made/],
  ])("refuses %s", (_, cluster, low, end, after, reason) => {
    expect(() => planPartitions(kafka("5"), at(cluster, low, end, after))).toThrow(reason);
  });

  it("refuses a topic with fewer partitions", () => {
    expect(() => planPartitions(kafka("5"), { ...at("one", 0n, 9n), offsets: [] })).toThrow(
      /has no partition 0.*tickhouse:partitions/,
    );
  });
});

const manifest = (name: string, base: string | null): Manifest => ({
  format: 1,
  name,
  kind: base === null ? "full" : "incremental",
  base,
  stack: "dev",
  cutAt: "2026-11-24T18:00:00.000Z",
  schema: { version: "v", tables: [] },
  ...kafka("5"),
  shards: [],
});
const day = (at: number, kind: Manifest["kind"]): string => nameOf(new Date(Date.UTC(2026, 10, at)), kind);

describe("planPrune", () => {
  const chain = [
    manifest(day(1, "full"), null),
    manifest(day(2, "incremental"), day(1, "full")),
    manifest(day(3, "full"), null),
    manifest(day(4, "incremental"), day(3, "full")),
    manifest(day(5, "incremental"), day(4, "incremental")),
  ];
  const folders = chain.map(({ name }) => name);
  const now = new Date(Date.UTC(2026, 10, 6));

  it("keeps the newest with all that they build on", () => {
    expect(planPrune(folders, chain, 1, now)).toEqual([day(1, "full"), day(2, "incremental")]);
    expect(planPrune(folders, chain, 4, now)).toEqual([]);
  });

  it("removes what was never finished, once it is old, and nothing that is no backup", () => {
    const more = [day(3, "incremental"), day(6, "full"), "something-else", "20261101T000000Z-full.old"];
    expect(planPrune([...folders, ...more], chain, 5, now)).toEqual([day(3, "incremental")]);
  });

  it("never removes what a kept one builds on", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), fc.integer({ min: 1, max: 12 }), (picks, keep) => {
        const all: Manifest[] = [];
        for (const [index, pick] of picks.entries()) {
          const base = pick % 3 === 0 ? undefined : all[pick % Math.max(1, all.length)];
          all.push(manifest(day(index + 1, base ? "incremental" : "full"), base?.name ?? null));
        }
        const gone = new Set(
          planPrune(
            all.map(({ name }) => name),
            all,
            keep,
            now,
          ),
        );
        const left = all.filter(({ name }) => !gone.has(name));
        expect(left.length).toBeGreaterThanOrEqual(Math.min(keep, all.length));
        for (const { base } of left) expect(base === null || !gone.has(base)).toBe(true);
      }),
    );
  });
});

describe("a manifest", () => {
  it("comes back as it was written, and says which field is not one", () => {
    const one = manifest(day(1, "full"), null);
    expect(parseManifest(one.name, JSON.stringify(one))).toEqual(one);
    expect(() => parseManifest("x", JSON.stringify({ ...one, cutAt: "noon" }))).toThrow(/backup x: .*cutAt/);
  });

  it("has a name that sorts and is safe in a path and a statement", () => {
    expect(day(1, "full")).toBe("20261101T000000Z-full");
    expect(isName(day(1, "incremental"))).toBe(true);
    for (const name of ["", "..", "20261101T000000Z-full/..", "20261101T000000Z-full'", "x"])
      expect(isName(name), name).toBe(false);
  });
});

describe("misfits", () => {
  const table: TableLayout = {
    table: "t",
    engine: "ReplacingMergeTree(v)",
    partitionKey: "toYYYYMM(d)",
    sortingKey: "a",
    columns: [
      { name: "a", type: "UInt64" },
      { name: "d", type: "DateTime" },
    ],
  };

  it("takes the same table, and one with more columns", () => {
    expect(misfits([table], [table])).toEqual([]);
    expect(
      misfits([table], [{ ...table, columns: [...table.columns, { name: "b", type: "String" }] }]),
    ).toEqual([]);
  });

  it.each<[TableLayout[], string]>([
    [[], "there is no table t"],
    [[{ ...table, engine: "MergeTree" }], "t's engine is MergeTree, the backup's ReplacingMergeTree(v)"],
    [[{ ...table, sortingKey: "d" }], "t's sortingKey is d, the backup's a"],
    [[{ ...table, columns: table.columns.slice(1) }], "t.a is not there, the backup's UInt64"],
  ])("names what does not fit: %#", (live, reason) => {
    expect(misfits([table], live)).toEqual([reason]);
  });
});

describe("the rest", () => {
  it("tells an engine's arguments without Keeper's", () => {
    expect(argumentsOf("ReplicatedReplacingMergeTree('/p/{shard}', '{replica}', v) ORDER BY a")).toBe("(v)");
    expect(argumentsOf("MergeTree ORDER BY (a)")).toBe("");
  });

  it("names what a restored shard lacks", () => {
    const facts = { rawTicks: "5", ledger: [], deadLetters: "1", bars: { revisions: "2", hash: "3" } };
    expect(factDifferences("01", facts, facts)).toEqual([]);
    expect(factDifferences("01", facts, { ...facts, rawTicks: "4" })).toEqual([
      'shard 01: raw ticks "4", in the backup "5"',
    ]);
  });

  it("splits a bucket's URL, and knows Amazon's regions", () => {
    expect(splitUrl("https://h:9/b/x/y/")).toEqual({ endpoint: "https://h:9/b", prefix: "x/y/" });
    expect(splitUrl("https://h/b")).toEqual({ endpoint: "https://h/b", prefix: "" });
    expect(regionOf("https://s3.eu-central-1.amazonaws.com/b/")).toBe("eu-central-1");
    expect(regionOf("https://minio.example.com/b/")).toBe("us-east-1");
  });

  it("puts no other name into a statement than one of a table", () => {
    expect(quoted("ticks_local")).toBe("`ticks_local`");
    for (const name of ["a`b", "A", "", "a b", "1a"])
      expect(() => quoted(name)).toThrow("no name of a table");
  });
});
