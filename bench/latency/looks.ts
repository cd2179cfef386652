/** What a look saw: the newest number of each symbol that could be queried, and when its answer was there (ms since 1970). */
export interface Look {
  readonly atMs: number;
  readonly newest: ReadonlyMap<string, number>;
}

/** A tick as it was stored. */
export interface Sent {
  readonly symbol: string;
  readonly seqId: number;
  /** When it was due, ms since 1970: its event time. */
  readonly dueMs: number;
}

/**
 * Age of each tick at the first look that shows it: an upper bound of its latency. A symbol's ticks become visible in their
 * order, so that a look shows all numbers up to its newest.
 *
 * @param sent by symbol in the order of their numbers
 * @throws where no look shows a tick
 */
export function latencies(looks: readonly Look[], sent: readonly Sent[]): number[] {
  const next = new Map<string, number>();
  return sent.map(({ symbol, seqId, dueMs }) => {
    let index = next.get(symbol) ?? 0;
    while (index < looks.length && (looks[index]?.newest.get(symbol) ?? -1) < seqId) index += 1;
    next.set(symbol, index);
    const look = looks[index];
    if (look === undefined) throw new Error(`no look shows number ${seqId} of ${symbol}`);
    return look.atMs - dueMs;
  });
}
