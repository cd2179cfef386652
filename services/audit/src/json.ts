import type { Audit } from "./audit.ts";
import type { PartitionAudit } from "./partition.ts";
import { count, type Ranges } from "./ranges.ts";
import type { Sequences } from "./sequences.ts";

/** Each offset is in exactly one of them. */
type Counts = Readonly<Record<"stored" | "deadLettered" | "pending" | "empty" | "missing", number>>;

/** Offsets from `from` up to, and without, `to`. Offsets are numbers in JSON: none is near 2^53. */
export interface RangeJson {
  readonly from: number;
  readonly to: number;
}

/** An audit as a program reads it. */
export interface AuditJson
  extends Pick<Audit, "at" | "topic" | "group" | "verdict" | "problems" | "barsPending"> {
  readonly total: Counts;
  readonly partitions: readonly (Counts & {
    readonly partition: number;
    readonly start: number;
    readonly end: number;
    readonly low: number;
    readonly committed: number | null;
    readonly missingRanges: readonly RangeJson[];
  })[];
  readonly bufferedRows: number;
}

/** @param ranges missing ranges to list of each partition; all where it is not given */
export function auditJson(audit: Audit, ranges = Number.POSITIVE_INFINITY): AuditJson {
  const { at, topic, group, verdict, problems, barsPending, partitions, buffered } = audit;
  return {
    at,
    topic,
    group,
    verdict,
    problems,
    total: countsOf((name) => partitions.reduce((sum, each) => sum + each[name], 0n)),
    partitions: partitions.map((each) => ({
      partition: each.partition,
      start: Number(each.start),
      end: Number(each.end),
      low: Number(each.low),
      committed: each.committed === undefined ? null : Number(each.committed),
      ...countsOf((name) => each[name]),
      missingRanges: listed(each, ranges),
    })),
    bufferedRows: buffered.reduce((sum, { rows }) => sum + rows, 0),
    barsPending,
  };
}

const countsOf = (value: (name: keyof Counts) => bigint): Counts => ({
  stored: Number(value("stored")),
  deadLettered: Number(value("deadLettered")),
  pending: Number(value("pending")),
  empty: Number(value("empty")),
  missing: Number(value("missing")),
});

const listed = ({ missingRanges }: PartitionAudit, limit: number): RangeJson[] =>
  missingRanges.slice(0, limit).map(({ from, to }) => ({ from: Number(from), to: Number(to) }));

/** A source's own numbers may be as large as 2^64, so they are text. */
export interface SequencesJson {
  readonly numbered: readonly {
    readonly exchange: string;
    readonly symbol: string;
    readonly kind: string;
    readonly first: string;
    readonly last: string;
    readonly count: number;
    readonly missing: string;
    readonly gaps: readonly { readonly from: string; readonly to: string }[];
    /** Whether these are all of them. */
    readonly allGaps: boolean;
  }[];
  readonly notNumbered: readonly { readonly exchange: string; readonly symbol: string }[];
}

export const sequencesJson = ({ numbered, notNumbered }: Sequences): SequencesJson => ({
  numbered: numbered.map(({ exchange, symbol, kind, gaps, ...numbers }) => ({
    exchange,
    symbol,
    kind,
    first: String(numbers.first),
    last: String(numbers.last),
    count: Number(numbers.count),
    missing: String(numbers.missing),
    gaps: texts(gaps),
    allGaps: count(gaps) === numbers.missing,
  })),
  notNumbered,
});

const texts = (gaps: Ranges) => gaps.map(({ from, to }) => ({ from: String(from), to: String(to) }));
