import { CHUNK } from "./ledgerSql.ts";
import { clip, count, fromOffsets, type Range, type Ranges, range, subtract } from "./ranges.ts";

/** What the ledger says of one chunk of a partition, in numbers. */
export interface ChunkSummary {
  readonly chunk: bigint;
  /** Offsets with a tick; with any line; with any line or nothing to store. */
  readonly ticks: bigint;
  readonly stored: bigint;
  readonly known: bigint;
  /** Stored lines of messages with several, and how many these messages have. */
  readonly lines: bigint;
  readonly expectedLines: bigint;
  /** First offset with any line. */
  readonly firstStored: bigint | undefined;
  /** First and last offset of `known`. */
  readonly firstKnown: bigint;
  readonly lastKnown: bigint;
}

/** The same offset by offset. */
export interface ChunkDetail {
  readonly ticks: Ranges;
  readonly stored: Ranges;
  readonly known: Ranges;
  /** Offsets of whose lines some are not stored. */
  readonly partial: Ranges;
}

/** What is held of the offsets of one chunk. */
export interface ChunkAccount {
  readonly stored: bigint;
  readonly deadLettered: bigint;
  readonly empty: bigint;
  /** Offsets that are not there, or not with all their lines. */
  readonly open: Ranges;
}

/** Offsets of a chunk that lie in the partition's range. */
export const windowOf = (chunk: bigint, { from, to }: Range): Range =>
  clip(range(chunk * CHUNK, (chunk + 1n) * CHUNK), { from, to })[0] ?? { from, to: from };

/**
 * Whether a chunk's numbers alone say that every offset of its window is there with all of its lines: as many
 * offsets as the window is wide, none outside of it, and as many lines as there should be.
 */
export const isWhole = (summary: ChunkSummary, window: Range): boolean =>
  summary.known === window.to - window.from &&
  (summary.known === 0n || (summary.firstKnown >= window.from && summary.lastKnown < window.to)) &&
  summary.lines === summary.expectedLines;

/** The account of a chunk that is whole. */
export const accountWhole = ({ ticks, stored, known }: ChunkSummary): ChunkAccount => ({
  stored: ticks,
  deadLettered: stored - ticks,
  empty: known - stored,
  open: [],
});

/** The account of a chunk offset by offset. */
export function accountDetail(detail: ChunkDetail, window: Range): ChunkAccount {
  const whole = subtract(clip(detail.stored, window), detail.partial);
  const ticks = subtract(clip(detail.ticks, window), detail.partial);
  const empty = count(subtract(clip(detail.known, window), detail.stored));
  return {
    stored: count(ticks),
    deadLettered: count(whole) - count(ticks),
    empty,
    open: subtract([window], subtract(clip(detail.known, window), detail.partial)).filter(
      ({ from, to }) => from < to,
    ),
  };
}

/** Runs of a chunk's bits, first and last of each, as offsets. */
export const fromRuns = (chunk: bigint, first: readonly number[], last: readonly number[]): Ranges =>
  first.map((bit, index) => ({
    from: chunk * CHUNK + BigInt(bit),
    to: chunk * CHUNK + BigInt(last[index] ?? bit) + 1n,
  }));

export const fromBits = (chunk: bigint, bits: readonly number[]): Ranges =>
  fromOffsets(bits.map((bit) => chunk * CHUNK + BigInt(bit)));
