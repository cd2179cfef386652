import { describe, expect, it } from "vitest";
import { tableExtras } from "./tableExtras.ts";

const table = (elements: string): string =>
  `CREATE TABLE d.t (${elements}) ENGINE = MergeTree PARTITION BY toYYYYMM(b) ORDER BY (a, b) TTL b + toIntervalDay(1) SETTINGS x = 1`;

describe("tableExtras", () => {
  it.each<[string, string, string[]]>([
    [
      "nothing in plain columns",
      "`a` UInt8, `b` DateTime64(6, 'UTC') DEFAULT now64(6) COMMENT 'TTL, INDEX' CODEC(Delta(8), ZSTD(1))",
      [],
    ],
    ["nothing in columns that are named like extras", "`TTL` UInt8, `INDEX` UInt8, `SETTINGS` UInt8", []],
    ["the TTL of a column", "`a` UInt8, `b` String TTL a + toIntervalDay(1)", ["b TTL a + toIntervalDay(1)"]],
    [
      "settings behind a TTL as one",
      "`a` String TTL b + 1 SETTINGS (x = 1)",
      ["a TTL b + 1 SETTINGS (x = 1)"],
    ],
    [
      "indexes, projections and constraints as a whole",
      "`a` UInt8, INDEX i (a, b) TYPE set(100) GRANULARITY 4, PROJECTION p (SELECT a, sum(b) GROUP BY a), CONSTRAINT c CHECK a > 0",
      [
        "INDEX i (a, b) TYPE set(100) GRANULARITY 4",
        "PROJECTION p (SELECT a, sum(b) GROUP BY a)",
        "CONSTRAINT c CHECK a > 0",
      ],
    ],
  ])("finds %s", (_, elements, expected) => {
    expect(tableExtras(table(elements))).toEqual(expected);
  });

  it("finds nothing where there is no table", () => {
    expect(tableExtras("")).toEqual([]);
  });
});
