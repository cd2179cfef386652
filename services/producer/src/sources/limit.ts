import type { FeedTick, Source } from "./source.ts";

/** The first `count` ticks of a source; all of them when `count` is Infinity. */
export function limitSource(source: Source, count: number): Source {
  if (count === Number.POSITIVE_INFINITY) return source;
  return { ...source, read: (signal) => firstTicks(source.read(signal), count) };
}

async function* firstTicks(
  batches: AsyncIterable<readonly FeedTick[]>,
  count: number,
): AsyncGenerator<readonly FeedTick[]> {
  let left = count;
  for await (const batch of batches) {
    yield batch.length <= left ? batch : batch.slice(0, left);
    left -= batch.length;
    if (left <= 0) return;
  }
}
