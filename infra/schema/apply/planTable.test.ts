import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planTable } from "./planTable.ts";
import type { Column, TableShape } from "./tableShape.ts";

const column = (name: string, change: Partial<Column> = {}): Column => ({
  name,
  type: "UInt64",
  defaultKind: "",
  defaultExpression: "",
  codec: "",
  comment: "",
  ...change,
});

const TABLE: TableShape = {
  engine: "ReplacingMergeTree(version)",
  partitionKey: "toYYYYMM(time)",
  sortingKey: "id, time",
  primaryKey: "id, time",
  samplingKey: "",
  comment: "",
  extras: ["INDEX i id TYPE minmax GRANULARITY 1"],
  ttl: "time + toIntervalDay(30)",
  settings: { a: "1" },
  columns: [
    column("id"),
    column("time", { type: "DateTime", codec: "CODEC(Delta(4), ZSTD(1))" }),
    column("version", { comment: "The highest wins" }),
  ],
};

const withColumn = (name: string, change: Partial<Column>): TableShape => ({
  ...TABLE,
  columns: TABLE.columns.map((each) => (each.name === name ? { ...each, ...change } : each)),
});
const without = (name: string): TableShape => ({
  ...TABLE,
  columns: TABLE.columns.filter((each) => each.name !== name),
});
const adding = (at: number, ...columns: Column[]): TableShape => ({
  ...TABLE,
  columns: TABLE.columns.toSpliced(at, 0, ...columns),
});

describe("planTable", () => {
  it.each<[string, TableShape, string[]]>([
    ["nothing", TABLE, []],
    ["a column at the end", adding(3, column("x")), ["ADD COLUMN IF NOT EXISTS `x` UInt64 AFTER `version`"]],
    ["a column at the front", adding(0, column("x")), ["ADD COLUMN IF NOT EXISTS `x` UInt64 FIRST"]],
    [
      "two columns in the middle, each behind the one before it",
      adding(1, column("x"), column("y")),
      ["ADD COLUMN IF NOT EXISTS `x` UInt64 AFTER `id`", "ADD COLUMN IF NOT EXISTS `y` UInt64 AFTER `x`"],
    ],
    [
      "a column with everything",
      adding(
        3,
        column("x", {
          type: "String",
          defaultKind: "DEFAULT",
          defaultExpression: "'a'",
          codec: "CODEC(ZSTD(3))",
          comment: "it's a \\",
        }),
      ),
      [
        "ADD COLUMN IF NOT EXISTS `x` String DEFAULT 'a' COMMENT 'it\\'s a \\\\' CODEC(ZSTD(3)) AFTER `version`",
      ],
    ],
    [
      "a column whose name is odd",
      adding(3, column("x`y")),
      ["ADD COLUMN IF NOT EXISTS `x\\`y` UInt64 AFTER `version`"],
    ],
    [
      "another codec",
      withColumn("time", { codec: "CODEC(ZSTD(9))" }),
      ["MODIFY COLUMN `time` DateTime CODEC(ZSTD(9))"],
    ],
    ["no codec any more", withColumn("time", { codec: "" }), ["MODIFY COLUMN `time` REMOVE CODEC"]],
    [
      "another comment",
      withColumn("version", { comment: "New" }),
      ["MODIFY COLUMN `version` UInt64 COMMENT 'New'"],
    ],
    [
      "a default",
      withColumn("version", { defaultKind: "DEFAULT", defaultExpression: "1" }),
      ["MODIFY COLUMN `version` UInt64 DEFAULT 1 COMMENT 'The highest wins'"],
    ],
    ["another TTL", { ...TABLE, ttl: "time + toIntervalDay(7)" }, ["MODIFY TTL time + toIntervalDay(7)"]],
    ["no TTL any more", { ...TABLE, ttl: "" }, ["REMOVE TTL"]],
    ["another value of a setting", { ...TABLE, settings: { a: "2" } }, ["MODIFY SETTING a = 2"]],
    [
      "a wider storage policy, before the TTL that needs it",
      { ...TABLE, ttl: "time TO VOLUME 'archive'", settings: { a: "1", storage_policy: "'tiered'" } },
      ["MODIFY SETTING storage_policy = 'tiered'", "MODIFY TTL time TO VOLUME 'archive'"],
    ],
    ["another setting", { ...TABLE, settings: { b: "'x'" } }, ["MODIFY SETTING b = 'x'", "RESET SETTING a"]],
    [
      "no comment any more",
      withColumn("version", { comment: "" }),
      ["MODIFY COLUMN `version` REMOVE COMMENT"],
    ],
    [
      "another codec in place of a comment: what is left out would be kept",
      withColumn("version", { comment: "", codec: "CODEC(T64)" }),
      ["MODIFY COLUMN `version` REMOVE COMMENT", "MODIFY COLUMN `version` UInt64 CODEC(T64)"],
    ],
    ["a comment of the table", { ...TABLE, comment: "it's new" }, ["MODIFY COMMENT 'it\\'s new'"]],
    [
      "an index more, and old parts get it too",
      { ...TABLE, extras: [...TABLE.extras, "INDEX j (id, time) TYPE minmax GRANULARITY 1"] },
      ["ADD INDEX IF NOT EXISTS j (id, time) TYPE minmax GRANULARITY 1 AFTER i", "MATERIALIZE INDEX j"],
    ],
    [
      "an index at the front, of a new column",
      {
        ...adding(3, column("x")),
        extras: ["INDEX `an odd one` x TYPE set(9) GRANULARITY 4", ...TABLE.extras],
      },
      [
        "ADD COLUMN IF NOT EXISTS `x` UInt64 AFTER `version`",
        "ADD INDEX IF NOT EXISTS `an odd one` x TYPE set(9) GRANULARITY 4 FIRST",
        "MATERIALIZE INDEX `an odd one`",
      ],
    ],
    ["columns in another order", { ...TABLE, columns: TABLE.columns.toReversed() }, []],
  ])("does in place: %s", (_, wanted, alters) => {
    expect(planTable(TABLE, wanted)).toEqual({ alters, refusals: [] });
  });

  it.each<[string, TableShape, string]>([
    [
      "another engine",
      { ...TABLE, engine: "MergeTree" },
      "the engine is ReplacingMergeTree(version), the file wants MergeTree",
    ],
    [
      "another version column",
      { ...TABLE, engine: "ReplacingMergeTree(time)" },
      "the engine is ReplacingMergeTree(version), the file wants ReplacingMergeTree(time)",
    ],
    [
      "another partition",
      { ...TABLE, partitionKey: "toYYYYMMDD(time)" },
      "PARTITION BY is toYYYYMM(time), the file wants toYYYYMMDD(time)",
    ],
    ["no partition", { ...TABLE, partitionKey: "" }, "PARTITION BY is toYYYYMM(time), the file wants none"],
    ["another order", { ...TABLE, sortingKey: "time, id" }, "ORDER BY is id, time, the file wants time, id"],
    ["another primary key", { ...TABLE, primaryKey: "id" }, "PRIMARY KEY is id, time, the file wants id"],
    ["another type", withColumn("id", { type: "UInt32" }), "column id is UInt64, the file wants UInt32"],
    ["a sample", { ...TABLE, samplingKey: "id" }, "SAMPLE BY is none, the file wants id"],
    [
      "a constraint more",
      { ...TABLE, extras: [...TABLE.extras, "CONSTRAINT c CHECK id > 0"] },
      "CONSTRAINT c CHECK id > 0 is in the file but not in the table",
    ],
    [
      "another index of the same name",
      { ...TABLE, extras: ["INDEX i time TYPE minmax GRANULARITY 1"] },
      "INDEX i id TYPE minmax GRANULARITY 1 is in the table but not in the file",
    ],
    [
      "an index that is gone",
      { ...TABLE, extras: [] },
      "INDEX i id TYPE minmax GRANULARITY 1 is in the table but not in the file",
    ],
    [
      "a setting that is given at creation only",
      { ...TABLE, settings: { ...TABLE.settings, index_granularity: "1024" } },
      "SETTINGS index_granularity is not set, the file wants 1024",
    ],
    ["a column that is gone", without("version"), "column version is in the table but not in the file"],
  ])("refuses %s", (_, wanted, refusal) => {
    expect(planTable(TABLE, wanted).refusals).toEqual([refusal]);
  });

  it("names every refusal at once", () => {
    const wanted = {
      ...TABLE,
      engine: "MergeTree",
      sortingKey: "id",
      columns: [column("id", { type: "String" })],
    };
    expect(planTable(TABLE, wanted).refusals).toHaveLength(5);
  });

  it("refuses a narrower storage policy: parts may lie where it does not reach", () => {
    const tiered = { ...TABLE, settings: { ...TABLE.settings, storage_policy: "'tiered'" } };
    expect(planTable(tiered, TABLE)).toEqual({
      alters: [],
      refusals: [
        "SETTINGS storage_policy is 'tiered', the file wants none: parts that lie elsewhere would be lost",
      ],
    });
  });

  const text = fc.string({ maxLength: 8 });
  const shape: fc.Arbitrary<TableShape> = fc.record({
    engine: text,
    partitionKey: text,
    sortingKey: text,
    primaryKey: text,
    samplingKey: text,
    comment: text,
    extras: fc.uniqueArray(text, { maxLength: 3 }),
    ttl: text,
    settings: fc.dictionary(text, text, { maxKeys: 4 }),
    columns: fc.uniqueArray(
      fc.record({
        name: text,
        type: text,
        defaultKind: text,
        defaultExpression: text,
        codec: text,
        comment: text,
      }),
      {
        selector: ({ name }) => name,
        maxLength: 6,
      },
    ),
  });

  it("plans nothing for a table that is as it is wanted", () => {
    fc.assert(
      fc.property(shape, (table) => {
        expect(planTable(table, structuredClone(table))).toEqual({ alters: [], refusals: [] });
      }),
    );
  });

  it("always plans something for tables that differ in more than the order of their columns", () => {
    const sorted = (table: TableShape) => ({
      ...table,
      columns: table.columns.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    });
    fc.assert(
      fc.property(shape, shape, (live, wanted) => {
        fc.pre(JSON.stringify(sorted(live)) !== JSON.stringify(sorted(wanted)));
        const { alters, refusals } = planTable(live, wanted);
        expect(alters.length + refusals.length).toBeGreaterThan(0);
      }),
    );
  });
});
