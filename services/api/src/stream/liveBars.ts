import type { QueryOptions } from "../clickhouse/query.ts";
import type { Interval } from "../intervals.ts";
import {
  type BarChange,
  type BarKey,
  type BarReader,
  keyText,
  type StreamBar,
  startOf,
} from "./barReader.ts";

/** Symbols whose bars somebody listens to, by interval. */
export type BarDemand = ReadonlyMap<Interval, ReadonlySet<string>>;

/** New bars by interval, in the order in which they became known. */
export type NewBars = ReadonlyMap<Interval, readonly StreamBar[]>;

export interface BarPoll {
  readonly bars: NewBars;
  /** Takes them as sent. Until then the next poll finds the same. */
  commit(): void;
}

interface Followed {
  /** Changed minutes that are in a bar that was sent: revision and moment. */
  readonly seen: Map<string, { readonly revision: number; readonly known: number }>;
  /** The last of each bar, by {@link keyText}. */
  readonly sent: Map<string, StreamBar>;
}

/**
 * Which bars are new. Bars appear out of the order of their moments: shards have clocks and passes of their own. So each
 * poll looks back over the time to settle, and what was sent in that time is known by its revision.
 */
export class LiveBars {
  /** Microseconds since 1970: what became known until then has been looked at for good. */
  #known: number;
  readonly #followed = new Map<Interval, Followed>();

  /** @param last when a bar became known last; microseconds since 1970 */
  constructor(
    private readonly reader: BarReader,
    private readonly settleMs: number,
    last: number,
  ) {
    this.#known = this.#settled(last);
  }

  get known(): number {
    return this.#known;
  }

  /** Bars that were sent and became known after {@link known}, in that order. */
  sent(interval: Interval): readonly StreamBar[] {
    return [...(this.#followed.get(interval)?.sent.values() ?? [])].sort((a, b) => a.known - b.known);
  }

  async poll(demand: BarDemand, options: QueryOptions): Promise<BarPoll> {
    const symbols = [...new Set([...demand.values()].flatMap((each) => [...each]))];
    const changes: BarChange[] = [];
    if (symbols.length > 0)
      for await (const page of this.reader.readChanges(symbols, this.#known, options)) changes.push(...page);
    const bars = new Map<Interval, readonly StreamBar[]>();
    for (const [interval, wanted] of demand) {
      const followed = this.#follow(interval);
      const keys = changedBars(interval, wanted, changes, followed);
      const read = keys.length === 0 ? [] : await this.reader.readBars(interval, keys, options);
      bars.set(
        interval,
        read.filter((bar) => bar.revision > (followed.sent.get(keyText(bar))?.revision ?? 0)),
      );
    }
    return { bars, commit: () => this.#commit(demand, changes, bars) };
  }

  #follow(interval: Interval): Followed {
    const followed = this.#followed.get(interval) ?? { seen: new Map(), sent: new Map() };
    this.#followed.set(interval, followed);
    return followed;
  }

  #commit(demand: BarDemand, changes: readonly BarChange[], bars: NewBars): void {
    const last = changes.at(-1)?.known ?? 0;
    this.#known = Math.max(this.#known, this.#settled(last));
    for (const [interval, { seen, sent }] of this.#followed) {
      if (!demand.has(interval)) {
        this.#followed.delete(interval);
        continue;
      }
      for (const bar of bars.get(interval) ?? []) sent.set(keyText(bar), bar);
      for (const change of changes) {
        const bar = sent.get(keyText({ symbol: change.symbol, start: startOf(change.minute, interval) }));
        // A replica may tell of the change sooner than of the bar: then the next poll asks again.
        if (bar !== undefined && bar.known >= change.known) seen.set(changeText(change), change);
      }
      for (const map of [seen, sent])
        for (const [key, { known }] of map) if (known <= this.#known) map.delete(key);
    }
  }

  #settled(last: number): number {
    return Math.max(0, last - this.settleMs * 1_000);
  }
}

const changeText = ({ symbol, minute, exchange }: BarChange): string => `${symbol}@${minute}@${exchange}`;

function changedBars(
  interval: Interval,
  wanted: ReadonlySet<string>,
  changes: readonly BarChange[],
  { seen }: Followed,
): readonly BarKey[] {
  const keys = new Map<string, BarKey>();
  for (const change of changes) {
    if (!wanted.has(change.symbol)) continue;
    if (change.revision <= (seen.get(changeText(change))?.revision ?? 0)) continue;
    const key = { symbol: change.symbol, start: startOf(change.minute, interval) };
    keys.set(keyText(key), key);
  }
  return [...keys.values()];
}
