import {
  accountDetail,
  accountWhole,
  type ChunkAccount,
  type ChunkDetail,
  type ChunkSummary,
  isWhole,
  windowOf,
} from "./chunks.ts";
import { AuditError } from "./errors.ts";
import type { PartitionOffsets } from "./kafka.ts";
import { clip, count, normalize, type Range, type Ranges, range } from "./ranges.ts";

/** Where each offset of a partition from `start` to before `end` is: in exactly one of the five. */
export interface PartitionAudit {
  readonly partition: number;
  /** The oldest offset that the ledger or Kafka has. */
  readonly start: bigint;
  readonly end: bigint;
  /** The oldest offset that Kafka still has: what is missing before it can't be fetched again. */
  readonly low: bigint;
  /** Where the consumer group is; undefined where it has committed nothing. */
  readonly committed: bigint | undefined;
  /** Messages that are stored with all their lines, a tick at least among them. */
  readonly stored: bigint;
  /** Messages all of whose lines are dead letters. */
  readonly deadLettered: bigint;
  /** Messages that the group has yet to read. */
  readonly pending: bigint;
  readonly pendingRanges: Ranges;
  /** Offsets at which Kafka has nothing to store. */
  readonly empty: bigint;
  /** Messages that the group has read, and that are not stored with all their lines. */
  readonly missing: bigint;
  readonly missingRanges: Ranges;
}

/** How the audit reads one chunk offset by offset, where its numbers do not say that it is whole. */
export type ReadDetail = (summary: ChunkSummary) => Promise<ChunkDetail>;

/**
 * Accounts for every offset of one partition.
 * @param summaries the ledger's chunks of it, ascending, read after Kafka's offsets
 * @throws AuditError DOES_NOT_ADD_UP, which would be a fault of the audit itself
 */
export async function auditPartition(
  offsets: PartitionOffsets,
  summaries: readonly ChunkSummary[],
  readDetail: ReadDetail,
): Promise<PartitionAudit> {
  const { partition, low, end, committed } = offsets;
  const window = { from: startOf(low, summaries), to: end };
  // Kafka has nothing before `low`: what the group has not read there, it never will.
  const position = committed === undefined || committed < low ? low : committed;
  const accounts = await accountChunks(window, summaries, readDetail);
  const sum = (field: "stored" | "deadLettered" | "empty"): bigint =>
    accounts.reduce((total, account) => total + account[field], 0n);
  const open = normalize(accounts.flatMap((account) => account.open));
  const missingRanges = clip(open, { from: window.from, to: position });
  const pendingRanges = clip(open, { from: position, to: end });
  const audit: PartitionAudit = {
    partition,
    start: window.from,
    end,
    low,
    committed,
    stored: sum("stored"),
    deadLettered: sum("deadLettered"),
    pending: count(pendingRanges),
    pendingRanges,
    empty: sum("empty"),
    missing: count(missingRanges),
    missingRanges,
  };
  checkSum(audit);
  return audit;
}

function startOf(low: bigint, summaries: readonly ChunkSummary[]): bigint {
  const first = summaries.find(({ firstStored }) => firstStored !== undefined)?.firstStored;
  return first !== undefined && first < low ? first : low;
}

async function accountChunks(
  window: Range,
  summaries: readonly ChunkSummary[],
  readDetail: ReadDetail,
): Promise<ChunkAccount[]> {
  const accounts: ChunkAccount[] = [];
  const nothing = (from: bigint, to: bigint): void => {
    accounts.push({ stored: 0n, deadLettered: 0n, empty: 0n, open: range(from, to) });
  };
  let at = window.from;
  for (const summary of summaries) {
    const part = windowOf(summary.chunk, window);
    if (part.from >= part.to) continue;
    // Chunks that the ledger has no row of.
    nothing(at, part.from);
    at = part.to;
    accounts.push(
      isWhole(summary, part) ? accountWhole(summary) : accountDetail(await readDetail(summary), part),
    );
  }
  nothing(at, window.to);
  return accounts;
}

function checkSum(audit: PartitionAudit): void {
  const { partition, start, end, stored, deadLettered, pending, empty, missing } = audit;
  const sum = start + stored + deadLettered + pending + empty + missing;
  // A partition that ends before it starts is one that was made anew: it has no offsets to account for.
  if (end < start ? sum !== start : sum !== end)
    throw new AuditError(
      "DOES_NOT_ADD_UP",
      `partition ${partition}: ${start} + ${stored} stored + ${deadLettered} dead letters + ${pending} pending + ${empty} empty + ${missing} missing is ${sum}, Kafka's end is ${end}`,
    );
}

/** The offset behind the last that the ledger has of a partition. */
export function ledgerEnd(summaries: readonly ChunkSummary[]): bigint {
  const last = summaries.findLast(({ known }) => known > 0n);
  return last === undefined ? 0n : last.lastKnown + 1n;
}
