import type { Audit, PartitionAudit, Sequences } from "@tickhouse/audit";
import type { Auditor } from "../audit/auditor.ts";
import { createShared } from "../audit/shared.ts";

/** A partition of which nothing is missing, unless `missing` says what is. */
export function partitionOf(
  partition: number,
  missing: PartitionAudit["missingRanges"] = [],
): PartitionAudit {
  const count = missing.reduce((sum, { from, to }) => sum + (to - from), 0n);
  return {
    partition,
    start: 10n,
    end: 120n,
    low: 10n,
    committed: partition === 0 ? undefined : 100n,
    stored: 70n - count,
    deadLettered: 15n,
    pending: 20n,
    pendingRanges: [{ from: 100n, to: 120n }],
    empty: 5n,
    missing: count,
    missingRanges: missing,
  };
}

export const auditOf = (partitions: readonly PartitionAudit[]): Audit => ({
  at: "2025-11-14T19:25:17.000Z",
  topic: "ticks",
  group: "tickhouse",
  partitions,
  buffered: [
    { node: "a", rows: 3 },
    { node: "b", rows: 4 },
  ],
  barsPending: 6,
  verdict: partitions.every(({ missing }) => missing === 0n) ? "complete" : "incomplete",
  problems: [],
});

const SEQUENCES: Sequences = {
  numbered: [
    {
      exchange: "XNAS",
      symbol: "AAPL",
      kind: "all",
      first: 1n,
      last: 2n ** 63n,
      count: 2n,
      missing: 2n ** 63n - 2n,
      gaps: [{ from: 2n, to: 5n }],
    },
  ],
  notNumbered: [{ exchange: "XNAS", symbol: "MSFT" }],
};

/** An auditor that asks nobody; counts how often it audits. */
export function stubAuditor(
  make: () => Promise<Audit>,
  now: () => number = Date.now,
): Auditor & { made(): number } {
  let made = 0;
  const count = () => {
    made += 1;
    return make();
  };
  return {
    audit: createShared(count, 5_000, now),
    sequences: createShared(async () => SEQUENCES, 5_000, now),
    close: async () => {},
    made: () => made,
  };
}
