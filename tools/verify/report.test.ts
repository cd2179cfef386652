import { describe, expect, it } from "vitest";
import type { Audit, PartitionAudit, Sequences } from "../../services/audit/src/index.ts";
import { countPlaces, splitMissing } from "./lookUp.ts";
import { accountTable, missingLines, verdictLine } from "./report.ts";
import { sequenceLines } from "./sequenceReport.ts";

const partition = (number: number, ranges: [bigint, bigint][]): PartitionAudit => ({
  partition: number,
  start: 0n,
  end: 100n,
  low: 20n,
  committed: 90n,
  stored: 70n,
  deadLettered: 5n,
  pending: 10n,
  pendingRanges: [{ from: 90n, to: 100n }],
  empty: 1n,
  missing: ranges.reduce((sum, [from, to]) => sum + to - from, 0n),
  missingRanges: ranges.map(([from, to]) => ({ from, to })),
});

const audit = (partitions: PartitionAudit[], rest: Partial<Audit> = {}): Audit => ({
  at: "2025-11-14T19:25:17.000Z",
  topic: "ticks",
  group: "tickhouse",
  partitions,
  buffered: [],
  barsPending: 0,
  verdict: "incomplete",
  problems: [],
  ...rest,
});

const some = audit([
  partition(0, []),
  partition(1, [
    [10n, 24n],
    [30n, 31n],
  ]),
]);

describe("the report", () => {
  it("has a row a partition, and one for all of them", () => {
    const rows = accountTable(some)
      .split("\n")
      .filter((line) => line.startsWith("║"))
      .map((line) =>
        line
          .split(/[║│]/)
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(rows).toEqual([
      ["partition", "start", "end", "stored", "dead letters", "pending", "empty", "missing"],
      ["0", "0", "100", "70", "5", "10", "1", "0"],
      ["1", "0", "100", "70", "5", "10", "1", "15"],
      ["all", "", "", "140", "10", "20", "2", "15"],
    ]);
  });

  it("lists missing ranges, says which Kafka has no longer, and how many it did not list", () => {
    expect(missingLines(some, 10)).toEqual([
      "partition 1: offsets 10 to 23 (14); Kafka has nothing before 20",
      "partition 1: offset 30 (1)",
    ]);
    expect(missingLines(some, 1)).toEqual([
      "partition 1: offsets 10 to 23 (14); Kafka has nothing before 20",
      "and 1 range(s) more; --json has them all",
    ]);
  });

  it("ends with a verdict", () => {
    expect(verdictLine(some)).toBe("INCOMPLETE: 15 message(s) are missing; 20 not yet read");
    expect(verdictLine(audit([partition(0, [])], { verdict: "complete" }))).toBe(
      "complete: every message that was read is stored (70) or a dead letter (5); 10 not yet read",
    );
    expect(verdictLine(audit([], { verdict: "unknown", problems: ["a node is down"] }))).toBe(
      "UNKNOWN: a node is down",
    );
  });

  it("tells what Kafka can still be asked about from what is lost", () => {
    const { kept, lost } = splitMissing(some);
    expect([...kept]).toEqual([
      [
        1,
        [
          { from: 20n, to: 24n },
          { from: 30n, to: 31n },
        ],
      ],
    ]);
    expect([...lost]).toEqual([[1, [{ from: 10n, to: 20n }]]]);
    expect([countPlaces(kept), countPlaces(lost)]).toEqual([5n, 10n]);
  });
});

describe("the sources' own numbers", () => {
  const series = { exchange: "XNAS", first: 1n, last: 10n, count: 10n, missing: 0n, gaps: [] } as const;
  const sequences: Sequences = {
    numbered: [
      { ...series, symbol: "AAPL", kind: "all" },
      {
        ...series,
        symbol: "MSFT",
        kind: "trade",
        count: 6n,
        missing: 4n,
        gaps: [
          { from: 3n, to: 4n },
          { from: 6n, to: 8n },
        ],
      },
    ],
    notNumbered: Array.from({ length: 7 }, (_, index) => ({ exchange: "X", symbol: `S${index}` })),
  };

  it("are a line for each that lacks some, and one for all", () => {
    expect(sequenceLines(sequences)).toEqual([
      "XNAS MSFT (trade): 4 of the source's numbers 1 to 10 never came: 3, 6 to 7, …",
      "1 of 2 sequence(s) have no gap; 7 symbol(s) are not numbered consecutively: X S0, X S1, X S2, X S3, X S4, …",
    ]);
    expect(sequenceLines({ numbered: [], notNumbered: [] })).toEqual(["0 of 0 sequence(s) have no gap"]);
  });
});
