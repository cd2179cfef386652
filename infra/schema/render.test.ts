import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SCHEMA_SETTINGS } from "../../tests/support/engine.ts";
import { ROOT } from "../targets/local/layout.ts";
import { createTopology } from "../topology.ts";
import { readSqlFiles } from "./files.ts";
import { schemaNames } from "./names.ts";
import { renderSchema, type SqlText, ticksTtl, withoutReplication } from "./render.ts";
import { parseStatement, type Statement } from "./statement.ts";

const topology = createTopology({
  shards: 2,
  replicasPerShard: 1,
  partitions: 4,
  clickhouseHttpPort: 1,
  clickhouseNativePort: 1,
});
const files = readSqlFiles(join(ROOT, "schema"));

const textOf = (statements: readonly Statement[], object: string): string =>
  statements.find((each) => each.object === object)?.sql ?? "";

describe("renderSchema", () => {
  it("leaves no name in the shipped files", () => {
    for (const { sql } of renderSchema(files, schemaNames(SCHEMA_SETTINGS, topology)))
      expect(sql).not.toContain("${");
  });

  it("puts the configuration where it belongs", () => {
    const statements = renderSchema(
      files,
      schemaNames(
        { ...SCHEMA_SETTINGS, retentionDays: 7, bufferMode: "throughput", flushIntervalMs: 40 },
        topology,
      ),
    );
    expect(textOf(statements, "ticks_local")).toContain("TTL toDateTime(event_time) + toIntervalDay(7)");
    expect(textOf(statements, "ticks_buffer")).toContain(
      "ENGINE = Buffer(currentDatabase(), 'ticks_all', 16, 10, 60, 10000, 1000000, 1048576, 10485760)",
    );
    const kafka = textOf(statements, "ticks_kafka");
    expect(kafka).toContain("kafka_num_consumers = 2,");
    expect(kafka).toContain("kafka_flush_interval_ms = 40,");
    expect(kafka).toContain("kafka_poll_timeout_ms = 40");
  });

  it("lets everything through the buffer by default", () => {
    const statements = renderSchema(files, schemaNames(SCHEMA_SETTINGS, topology));
    expect(textOf(statements, "ticks_buffer")).toContain(
      "ENGINE = Buffer(currentDatabase(), 'ticks_all', 1, 1, 1, 0, 0, 0, 0)",
    );
  });

  it("keeps ticks for ever where the retention is 0", () => {
    const statements = renderSchema(files, schemaNames({ ...SCHEMA_SETTINGS, retentionDays: 0 }, topology));
    expect(textOf(statements, "ticks_local")).not.toContain("TTL");
    expect(textOf(statements, "ticks_local")).toMatch(/ORDER BY \(symbol, event_time, seq_id\)$/);
  });

  it("names every unknown name with its file, and every name that no file uses", () => {
    const names = schemaNames(SCHEMA_SETTINGS, topology);
    const without = files.map(
      ({ file, text }): SqlText => ({
        file,
        text: text.replace("${buffer_thresholds}", "${bufer}").replace("${ticks_ttl}", "${}"),
      }),
    );
    expect(() => renderSchema(without, names)).toThrow(
      expect.objectContaining({
        code: "SQL_FILE_INVALID",
        message: [
          `01_ticks_local.sql: unknown name \${}; known: ${Object.keys(names).join(", ")}`,
          `04_ticks_buffer.sql: unknown name \${bufer}; known: ${Object.keys(names).join(", ")}`,
          "${ticks_ttl} is used by no file",
          "${buffer_thresholds} is used by no file",
        ].join("\n"),
      }),
    );
  });

  it("knows no name from a prototype", () => {
    const strange = [
      ...files,
      {
        file: "99_t.sql",
        text: "CREATE TABLE IF NOT EXISTS t (a UInt8 DEFAULT ${constructor}) ENGINE = MergeTree ORDER BY a",
      },
    ];
    expect(() => renderSchema(strange, schemaNames(SCHEMA_SETTINGS, topology))).toThrow(
      "99_t.sql: unknown name ${constructor}",
    );
  });
});

describe("ticksTtl", () => {
  it.each([
    [0, 0, ""],
    [1, 0, "TTL toDateTime(event_time) + toIntervalDay(1)"],
    [36_500, 0, "TTL toDateTime(event_time) + toIntervalDay(36500)"],
    [0, 7, "TTL toDateTime(event_time) + toIntervalDay(7) TO VOLUME 'archive'"],
    [
      400,
      7,
      "TTL toDateTime(event_time) + toIntervalDay(400), toDateTime(event_time) + toIntervalDay(7) TO VOLUME 'archive'",
    ],
  ])("kept for %i days, hot for %i", (retentionDays, hotDays, expected) => {
    expect(ticksTtl({ retentionDays, hotDays })).toBe(expected);
  });
});

describe("withoutReplication", () => {
  const table = (engine: string): Statement =>
    parseStatement("01_t.sql", `CREATE TABLE IF NOT EXISTS t (a UInt8) ENGINE = ${engine} ORDER BY a`);

  it.each([
    ["ReplicatedMergeTree('/p/{shard}/t', '{replica}')", "MergeTree()"],
    ["ReplicatedMergeTree( '/p' , '{replica}' )", "MergeTree()"],
    ["ReplicatedReplacingMergeTree('/p', '{replica}', version)", "ReplacingMergeTree(version)"],
    [
      "ReplicatedReplacingMergeTree('/p', '{replica}', version, deleted)",
      "ReplacingMergeTree(version, deleted)",
    ],
    ["ReplicatedAggregatingMergeTree('/p', '{replica}')", "AggregatingMergeTree()"],
    ["ReplicatedSummingMergeTree('/p', '{replica}', (a, b))", "SummingMergeTree((a, b))"],
    ["ReplicatedMergeTree('/p, with a comma', 'r)')", "MergeTree()"],
    ["MergeTree", "MergeTree"],
    ["ReplacingMergeTree(version)", "ReplacingMergeTree(version)"],
  ])("renders %s as %s", (engine, expected) => {
    const sql = withoutReplication(table(engine)).sql;
    expect(sql.replace(/\(\s+\)/, "()")).toBe(table(expected).sql);
  });

  it.each([
    "ReplicatedMergeTree",
    "ReplicatedMergeTree()",
    "ReplicatedMergeTree('/p')",
    "ReplicatedMergeTree(path, replica)",
  ])("refuses %s, which tells no path and replica", (engine) => {
    expect(() => withoutReplication(table(engine))).toThrow(
      "01_t.sql: accepted after ReplicatedMergeTree: ('path', 'replica' …)",
    );
  });

  it("changes nothing else, and nothing when it is done again", () => {
    for (const statement of renderSchema(files, schemaNames(SCHEMA_SETTINGS, topology))) {
      const once = withoutReplication(statement);
      expect(withoutReplication(once).sql).toBe(once.sql);
      expect([once.file, once.object, once.kind]).toEqual([statement.file, statement.object, statement.kind]);
      expect(once.sql).not.toContain("= Replicated");
      if (statement.kind !== "data") expect(once).toBe(statement);
      const independent = statement.sql.replace(/= Replicated(\w+)\('[^']*', '[^']*'(?:, )?/, "= $1(");
      expect(once.sql).toBe(independent);
    }
  });
});
