import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SCHEMA_SETTINGS } from "../../tests/support/engine.ts";
import { InfraError } from "../errors.ts";
import { ROOT } from "../targets/local/layout.ts";
import { createTopology } from "../topology.ts";
import { readSqlFiles } from "./files.ts";
import { schemaNames } from "./names.ts";
import { renderSchema } from "./render.ts";
import { parseStatement } from "./statement.ts";

const topology = createTopology({
  shards: 2,
  replicasPerShard: 1,
  partitions: 4,
  clickhouseHttpPort: 1,
  clickhouseNativePort: 1,
});
const SHIPPED = renderSchema(readSqlFiles(join(ROOT, "schema")), schemaNames(SCHEMA_SETTINGS, topology));

const TABLE = "CREATE TABLE IF NOT EXISTS t (a UInt8) ENGINE = MergeTree ORDER BY a";
const VIEW = "CREATE MATERIALIZED VIEW IF NOT EXISTS t TO other AS SELECT a FROM source";

describe("parseStatement", () => {
  it("tells what each shipped file creates", () => {
    expect(SHIPPED.map(({ file, object, kind }) => `${file} ${object} ${kind}`)).toEqual([
      "01_ticks_local.sql ticks_local data",
      "02_ticks_kafka.sql ticks_kafka kafka",
      "03_kafka_to_buffer_mv.sql kafka_to_buffer_mv view",
      "04_ticks_buffer.sql ticks_buffer buffer",
      "05_ticks_all.sql ticks_all distributed",
      "06_ticks_dedup.sql ticks_dedup data",
      "07_trades_1m_agg.sql trades_1m_agg data",
      "08_trades_1m_mv.sql trades_1m_mv view",
      "09_local_to_dedup_mv.sql local_to_dedup_mv view",
      "10_ticks_dedup_all.sql ticks_dedup_all distributed",
      "11_trades_1m_all.sql trades_1m_all distributed",
      "12_dead_letters.sql dead_letters data",
      "13_dead_letters_mv.sql dead_letters_mv view",
      "14_dead_letters_all.sql dead_letters_all distributed",
      "15_ticks_messages.sql ticks_messages null",
      "16_kafka_to_messages_mv.sql kafka_to_messages_mv view",
      "17_ticks_lines.sql ticks_lines null",
      "18_messages_to_lines_mv.sql messages_to_lines_mv view",
      "19_offset_ledger.sql offset_ledger data",
      "20_ticks_to_ledger_mv.sql ticks_to_ledger_mv view",
      "21_dead_letters_to_ledger_mv.sql dead_letters_to_ledger_mv view",
      "22_offset_ledger_all.sql offset_ledger_all distributed",
      "23_sequence_ledger.sql sequence_ledger data",
      "24_dedup_to_sequence_mv.sql dedup_to_sequence_mv view",
      "25_sequence_ledger_all.sql sequence_ledger_all distributed",
      "26_bar_changes.sql bar_changes data",
      "27_dedup_to_bar_changes_mv.sql dedup_to_bar_changes_mv view",
      "28_bars_1m.sql bars_1m data",
      "29_bars_1m_all.sql bars_1m_all distributed",
      "30_bar_changes_all.sql bar_changes_all distributed",
      "31_empty_offsets.sql empty_offsets data",
      "32_empty_offsets_all.sql empty_offsets_all distributed",
    ]);
  });

  it.each([
    ["as it is", TABLE],
    ["with a semicolon at its end", `${TABLE};`],
    ["with a comment behind the semicolon", `${TABLE}; -- done\n`],
    ["in small letters", TABLE.toLowerCase().replace("mergetree", "MergeTree")],
    ["of a quoted name", TABLE.replace(" t ", " `t` ")],
    ["with a semicolon in a string", TABLE.replace("a UInt8", "a UInt8 COMMENT ';'")],
  ])("reads a table %s", (_, sql) => {
    expect(parseStatement("01_t.sql", sql)).toMatchObject({ object: "t", kind: "data", sql });
  });

  it.each([
    ["an empty file", "", "holds no statement; is it truncated?"],
    ["comments alone", "-- nothing\n", "holds no statement; is it truncated?"],
    ["a semicolon alone", ";", "holds no statement; is it truncated?"],
    ["two statements", `${TABLE}; DROP TABLE u`, "holds more than one statement"],
    ["a statement and an empty one", `${TABLE};;`, "holds more than one statement"],
    ["another object than its name says", TABLE.replace(" t ", " u "), "creates u; accepted: t"],
    ["an object of another database", TABLE.replace(" t ", " db.t "), "creates db.t; accepted: t"],
    [
      "a statement that can't be applied twice",
      TABLE.replace("IF NOT EXISTS ", ""),
      'starts with "CREATE TABLE t',
    ],
    ["a statement that creates nothing", "DROP TABLE t", 'starts with "DROP TABLE t"'],
    [
      "a plain view",
      "CREATE VIEW IF NOT EXISTS t AS SELECT 1 FROM a",
      'starts with "CREATE VIEW IF NOT EXISTS"',
    ],
    [
      "an engine that is not supported",
      TABLE.replace("MergeTree ORDER BY a", "Memory"),
      "has the engine Memory",
    ],
    ["a table without an engine", "CREATE TABLE IF NOT EXISTS t (a UInt8)", "has no engine"],
    ["a table whose engine is not named", "CREATE TABLE IF NOT EXISTS t (a UInt8) ENGINE =", "has no engine"],
    [
      "a parenthesis that is not closed",
      TABLE.replace("(a UInt8)", "(a UInt8"),
      "has unbalanced parentheses",
    ],
    [
      "a parenthesis that was not opened",
      TABLE.replace("(a UInt8)", "a UInt8)"),
      "has unbalanced parentheses",
    ],
    ["parentheses in the wrong order", TABLE.replace("(a UInt8)", ")a UInt8("), "has unbalanced parentheses"],
    ["a view that writes nowhere", VIEW.replace("TO other ", ""), "is a view without TO"],
    [
      "a view without a query",
      "CREATE MATERIALIZED VIEW IF NOT EXISTS t TO other AS",
      "is a view without SELECT",
    ],
    ["a view that reads nothing", VIEW.replace("FROM source", ""), "is a view without FROM"],
  ])("refuses %s", (_, sql, message) => {
    expect(() => parseStatement("01_t.sql", sql)).toThrow(
      expect.objectContaining({
        code: "SQL_FILE_INVALID",
        message: expect.stringContaining(`01_t.sql: ${message}`),
      }),
    );
  });

  it.each(["t.sql", "1_t.sql", "01-t.sql", "01_T.sql", "01_t.sql.bak", "01_.sql"])(
    "refuses the file name %s",
    (file) => {
      expect(() => parseStatement(file, TABLE)).toThrow(
        expect.objectContaining({ code: "SQL_FILE_INVALID" }),
      );
    },
  );

  it("refuses a file that was cut off, or it was cut where the object is told in full", () => {
    const cut = fc
      .constantFrom(...SHIPPED)
      .chain((whole) => fc.tuple(fc.constant(whole), fc.nat(whole.sql.length - 1)));
    fc.assert(
      fc.property(cut, ([whole, length]) => {
        const read = (() => {
          try {
            return parseStatement(whole.file, whole.sql.slice(0, length));
          } catch (error) {
            if (!(error instanceof InfraError)) throw error;
            return error.code;
          }
        })();
        if (typeof read === "string") expect(read).toBe("SQL_FILE_INVALID");
        else expect([read.object, read.kind]).toEqual([whole.object, whole.kind]);
      }),
      { numRuns: 2_000 },
    );
  });

  it("never takes a file for whole before its engine or its source", () => {
    for (const whole of SHIPPED) {
      const needed = whole.kind === "view" ? /\bFROM\b/ : /\bENGINE = \w+/;
      const end = needed.exec(whole.sql)?.index ?? 0;
      for (let length = 0; length <= end; length += 1) {
        expect(
          () => parseStatement(whole.file, whole.sql.slice(0, length)),
          `${whole.file} cut at ${length}`,
        ).toThrow(InfraError);
      }
    }
  });
});
