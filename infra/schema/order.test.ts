import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SCHEMA_SETTINGS } from "../../tests/support/engine.ts";
import { ROOT } from "../targets/local/layout.ts";
import { createTopology } from "../topology.ts";
import { readSqlFiles } from "./files.ts";
import { schemaNames } from "./names.ts";
import { orderStatements, readsKafka } from "./order.ts";
import { renderSchema } from "./render.ts";
import { parseStatement, type Statement } from "./statement.ts";

const topology = createTopology({
  shards: 2,
  replicasPerShard: 1,
  partitions: 4,
  clickhouseHttpPort: 1,
  clickhouseNativePort: 1,
});
const SHIPPED = renderSchema(readSqlFiles(join(ROOT, "schema")), schemaNames(SCHEMA_SETTINGS, topology));

const table = (file: string, engine = "MergeTree ORDER BY a"): Statement =>
  parseStatement(file, `CREATE TABLE IF NOT EXISTS ${file.slice(3, -4)} (a UInt8) ENGINE = ${engine}`);
const view = (file: string, to: string, from: string): Statement =>
  parseStatement(
    file,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${file.slice(3, -4)} TO ${to} AS SELECT a FROM ${from}`,
  );
const order = (statements: readonly Statement[]): string[] =>
  orderStatements(statements).map(({ statement }) => statement.file.slice(0, 2));

describe("orderStatements", () => {
  it("applies the shipped files so that each finds what it mentions, and the readers of Kafka last", () => {
    const numbers = order(SHIPPED);
    expect([...numbers].sort()).toEqual(SHIPPED.map(({ file }) => file.slice(0, 2)));
    const before = (first: string, second: string) =>
      expect(numbers.indexOf(first), `${first} before ${second}`).toBeLessThan(numbers.indexOf(second));
    before("04", "03");
    before("05", "04");
    before("01", "05");
    before("07", "08");
    before("06", "09");
    before("06", "10");
    before("12", "13");
    before("17", "03");
    before("15", "18");
    expect(numbers.at(-1)).toBe("16");
  });

  it("keeps the order of the numbers where nothing speaks against it", () => {
    expect(order([table("01_one.sql"), table("02_two.sql"), table("03_three.sql")])).toEqual([
      "01",
      "02",
      "03",
    ]);
  });

  it("sees a name in quotes, as Buffer tells it, and no name in a comment", () => {
    const buffer = table("01_one.sql", "Buffer(currentDatabase(), 'three', 1, 1, 1, 0, 0, 0, 0)");
    const commented = parseStatement(
      "02_two.sql",
      "-- From: three\nCREATE TABLE IF NOT EXISTS two (a UInt8) ENGINE = MergeTree ORDER BY a",
    );
    expect(order([buffer, commented, table("03_three.sql")])).toEqual(["02", "03", "01"]);
  });

  it("makes every reader of Kafka wait for all that is no reader, and no reader for another", () => {
    const statements = [
      table("01_source.sql", "Kafka(c)"),
      view("02_v.sql", "sink", "source"),
      view("03_w.sql", "sink", "source"),
      table("04_sink.sql"),
      table("05_late.sql"),
    ];
    const ordered = orderStatements(statements);
    expect(ordered.map(({ statement }) => statement.file.slice(0, 2))).toEqual([
      "01",
      "04",
      "05",
      "02",
      "03",
    ]);
    expect(ordered.at(-1)?.after).toEqual(["01_source.sql", "04_sink.sql", "05_late.sql"]);
  });

  it("refuses files that wait for each other, and names them alone", () => {
    const circle = [table("01_one.sql"), view("02_v.sql", "w", "one"), view("03_w.sql", "v", "one")];
    expect(() => orderStatements(circle)).toThrow(
      expect.objectContaining({
        code: "SQL_FILE_INVALID",
        message: "these files wait for each other: 02_v.sql, 03_w.sql",
      }),
    );
  });
});

describe("readsKafka", () => {
  it("is true of the one view that reads from the Kafka table: a second one could be fed without it for a moment", () => {
    expect(SHIPPED.filter((each) => readsKafka(each, SHIPPED)).map(({ object }) => object)).toEqual([
      "kafka_to_messages_mv",
    ]);
  });
});
