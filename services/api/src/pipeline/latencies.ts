/** Percentiles in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** Rows that were taken in together, as far as they can be queried. */
export interface VisibleRows {
  readonly key: string;
  readonly ingestMs: number;
  readonly rows: number;
}

interface Observation {
  readonly atMs: number;
  readonly latencyMs: number;
  readonly rows: number;
}

/**
 * How long rows take until they can be queried, from looking again and again. A row counts in the first look that shows it,
 * with the time from its ingest to the end of that look: an upper bound, by at most the time between two looks. What the first
 * look shows may have been there for long, and does not count. Pure, but for what it remembers.
 */
export function createLatencies(windowMs: number) {
  let seen: ReadonlyMap<string, number> | undefined;
  let observations: Observation[] = [];
  return {
    /** @param atMs when the look ended, by the clock that wrote `ingestMs` */
    observe(groups: readonly VisibleRows[], atMs: number): void {
      const before = seen;
      seen = new Map(groups.map(({ key, rows }) => [key, rows]));
      observations = observations.filter((each) => each.atMs > atMs - windowMs);
      if (before === undefined) return;
      for (const { key, ingestMs, rows } of groups) {
        const fresh = rows - (before.get(key) ?? 0);
        if (fresh > 0) observations.push({ atMs, latencyMs: Math.max(0, atMs - ingestMs), rows: fresh });
      }
    },
    /** Of the rows that appeared within the window; null when none did. */
    percentiles(): Percentiles | null {
      const sorted = observations.toSorted((a, b) => a.latencyMs - b.latencyMs);
      const total = sorted.reduce((sum, { rows }) => sum + rows, 0);
      return total === 0 ? null : { p50: rank(sorted, total * 0.5), p99: rank(sorted, total * 0.99) };
    },
    /** A look failed: what the next one shows may have been there for long. */
    interrupt(): void {
      seen = undefined;
    },
    /** After a pause: as at first. */
    forget(): void {
      seen = undefined;
      observations = [];
    },
  };
}

export type Latencies = ReturnType<typeof createLatencies>;

/** Nearest rank: the smallest value that so many rows do not exceed. */
function rank(sorted: readonly Observation[], count: number): number {
  let below = 0;
  for (const { latencyMs, rows } of sorted) {
    below += rows;
    if (below >= count) return latencyMs;
  }
  return sorted.at(-1)?.latencyMs ?? 0;
}
