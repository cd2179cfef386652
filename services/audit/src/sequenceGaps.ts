import { CHUNK } from "./ledgerSql.ts";
import type { Node } from "./node.ts";
import { clip, normalize, type Range, type Ranges } from "./ranges.ts";
import { CHUNK_GAPS, SERIES_CHUNKS } from "./sequenceSql.ts";

interface ChunkRow {
  readonly chunk: number | string;
  readonly first: number | string;
  readonly last: number | string;
  readonly count: number | string;
}

/** One chunk of a series, in the source's own numbers. */
export interface SeriesChunk {
  readonly chunk: bigint;
  readonly first: bigint;
  readonly last: bigint;
  readonly count: bigint;
}

/** Where gaps are, as far as the chunks' numbers tell. */
export interface GapPlan {
  /** Between chunks. */
  readonly between: Ranges;
  /** Chunks with at least one gap inside. */
  readonly inside: readonly bigint[];
}

/** The first places with gaps, `limit` of them. Pure. */
export function planGaps(chunks: readonly SeriesChunk[], limit: number): GapPlan {
  const between: Range[] = [];
  const inside: bigint[] = [];
  let before: bigint | undefined;
  for (const { chunk, first, last, count } of chunks) {
    if (between.length + inside.length >= limit) break;
    if (before !== undefined && first > before + 1n) between.push({ from: before + 1n, to: first });
    if (count < last - first + 1n) inside.push(chunk);
    before = last;
  }
  return { between, inside };
}

/** A series of which gaps are wanted, between the numbers that were its first and last when it was read. */
interface Wanted {
  readonly exchange: string;
  readonly symbol: string;
  readonly kind: string;
  readonly first: bigint;
  readonly last: bigint;
}

/** Lists the first gaps of one series. */
export async function listGaps(
  node: Node,
  { exchange, symbol, kind, first, last }: Wanted,
  limit: number,
): Promise<Ranges> {
  const rows = await node.rows<ChunkRow>(SERIES_CHUNKS, { exchange, symbol, kind });
  const { between, inside } = planGaps(rows.map(toChunk), limit);
  const found =
    inside.length === 0
      ? []
      : await node.rows<{ chunk: number | string; before: number[]; after: number[] }>(CHUNK_GAPS, {
          exchange,
          symbol,
          kind,
          chunks: inside.map(Number),
        });
  const within = found.flatMap(({ chunk, before, after }) =>
    before.map((bit, index) => ({
      from: BigInt(chunk) * CHUNK + BigInt(bit) + 1n,
      to: BigInt(chunk) * CHUNK + BigInt(after[index] ?? bit),
    })),
  );
  // Numbers may have come since.
  return clip(normalize([...between, ...within]), { from: first, to: last + 1n }).slice(0, limit);
}

function toChunk({ chunk, first, last, count }: ChunkRow): SeriesChunk {
  const start = BigInt(chunk) * CHUNK;
  return {
    chunk: BigInt(chunk),
    first: start + BigInt(first),
    last: start + BigInt(last),
    count: BigInt(count),
  };
}
