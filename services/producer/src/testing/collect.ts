import type { FeedTick, Source } from "../sources/source.ts";

/** A signal that never aborts. */
export const never: AbortSignal = new AbortController().signal;

/** Everything a source yields. */
export async function collect(source: Source, signal: AbortSignal = never): Promise<FeedTick[]> {
  const ticks: FeedTick[] = [];
  await source.prepare();
  for await (const batch of source.read(signal)) ticks.push(...batch);
  return ticks;
}

/** Batches as an async iterable. */
export async function* batchesOf<T>(...batches: readonly T[]): AsyncGenerator<T> {
  yield* batches;
}

/** A trade as it stands in a file; the number makes it distinct. */
export function line(seqId: number, fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    exchange: "XNAS",
    symbol: "AAPL",
    event_time: `2025-11-14T14:30:0${seqId % 10}.000001Z`,
    seq_id: seqId,
    event_type: "trade",
    price: 189.75,
    size: 100,
    side: "buy",
    source_version: 1,
    ...fields,
  });
}
