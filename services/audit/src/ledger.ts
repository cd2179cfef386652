import { type ChunkDetail, type ChunkSummary, fromBits, fromRuns } from "./chunks.ts";
import { BOUNDS, CHUNK, LINES, OFFSETS, PARTIAL, RUNS } from "./ledgerSql.ts";
import type { Node } from "./node.ts";

/**
 * Chunks of one question: what a server holds of their bitmaps in memory is bounded by it, some 8 KB a chunk where
 * offsets are counted, and as much a line where lines are.
 */
const OFFSET_CHUNKS = 4_096;
const LINE_CHUNKS = 256;

/** ClickHouse gives numbers or, where a profile quotes them, strings. */
type Int = number | string;

/** Which chunk a row is of. */
interface Place {
  readonly partition: number;
  readonly chunk: Int;
}

interface OffsetsRow extends Place {
  readonly several: number;
  readonly ticks: Int;
  readonly stored: Int;
  readonly known: Int;
  readonly firstStored: Int;
  readonly firstKnown: Int;
  readonly lastKnown: Int;
}

interface LinesRow extends Place {
  readonly lines: Int;
  readonly expectedLines: Int;
}

/** Reads a summary of every chunk of a topic, by partition and ascending, from one node for all shards. */
export async function readSummaries(
  node: Node,
  topic: string,
): Promise<ReadonlyMap<number, readonly ChunkSummary[]>> {
  const bounds = await node.rows<{ first: Int; last: Int }>(BOUNDS, { topic });
  if (bounds.length === 0) return new Map();
  const first = Math.min(...bounds.map((each) => Number(each.first)));
  const end = Math.max(...bounds.map((each) => Number(each.last))) + 1;
  const widthOf = (chunks: number): number => Math.max(1, Math.floor(chunks / bounds.length));

  const offsets: OffsetsRow[] = [];
  for (let from = first; from < end; from += widthOf(OFFSET_CHUNKS)) {
    const to = Math.min(end, from + widthOf(OFFSET_CHUNKS));
    offsets.push(...(await node.rows<OffsetsRow>(OFFSETS, { topic, from, to })));
  }
  const several = offsets.filter((row) => row.several > 0).map(({ chunk }) => Number(chunk));
  const lines = await readLines(node, topic, several, widthOf(LINE_CHUNKS));
  const summaries = new Map<number, ChunkSummary[]>();
  for (const row of offsets) {
    const known = summaries.get(row.partition) ?? [];
    known.push(toSummary(row, lines.get(nameOf(row))));
    summaries.set(row.partition, known);
  }
  return summaries;
}

/** Counts the lines of some chunks, and of others that lie between them. */
async function readLines(
  node: Node,
  topic: string,
  chunks: readonly number[],
  width: number,
): Promise<ReadonlyMap<string, LinesRow>> {
  const lines = new Map<string, LinesRow>();
  let to = 0;
  for (const from of new Set(chunks.toSorted((a, b) => a - b))) {
    if (from < to) continue;
    to = from + width;
    for (const row of await node.rows<LinesRow>(LINES, { topic, from, to })) lines.set(nameOf(row), row);
  }
  return lines;
}

const nameOf = ({ partition, chunk }: Place): string => `${partition}/${chunk}`;

function toSummary(row: OffsetsRow, lines: LinesRow | undefined): ChunkSummary {
  const chunk = BigInt(row.chunk);
  const offset = (bit: Int): bigint => chunk * CHUNK + BigInt(bit);
  return {
    chunk,
    ticks: BigInt(row.ticks),
    stored: BigInt(row.stored),
    known: BigInt(row.known),
    lines: BigInt(lines?.lines ?? 0),
    expectedLines: BigInt(lines?.expectedLines ?? 0),
    firstStored: Number(row.firstStored) < 0 ? undefined : offset(row.firstStored),
    firstKnown: offset(row.firstKnown),
    lastKnown: offset(row.lastKnown),
  };
}

interface RunsRow {
  readonly ticksFirst: number[];
  readonly ticksLast: number[];
  readonly storedFirst: number[];
  readonly storedLast: number[];
  readonly knownFirst: number[];
  readonly knownLast: number[];
}

/** Reads one chunk offset by offset; its lines only where their number is not right. */
export async function readDetail(
  node: Node,
  topic: string,
  partition: number,
  { chunk, lines, expectedLines }: ChunkSummary,
): Promise<ChunkDetail> {
  const place = { topic, partition, chunk: Number(chunk) };
  const [row] = await node.rows<RunsRow>(RUNS, place);
  const partial = lines === expectedLines ? [] : await node.rows<{ offset: Int }>(PARTIAL, place);
  return {
    ticks: fromRuns(chunk, row?.ticksFirst ?? [], row?.ticksLast ?? []),
    stored: fromRuns(chunk, row?.storedFirst ?? [], row?.storedLast ?? []),
    known: fromRuns(chunk, row?.knownFirst ?? [], row?.knownLast ?? []),
    partial: fromBits(
      chunk,
      partial.map(({ offset }) => Number(offset)),
    ),
  };
}
