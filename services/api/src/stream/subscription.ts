import type { Interval } from "../intervals.ts";

/** What a client listens to. */
export interface Subscription {
  readonly symbols: ReadonlySet<string>;
  readonly ticks: boolean;
  /** Interval of the bars; undefined for none. */
  readonly interval: Interval | undefined;
  /** The same for clients that listen to the same. */
  readonly key: string;
}

export function createSubscription(asked: {
  readonly symbols: readonly string[];
  readonly channels: readonly ("ticks" | "bars")[];
  readonly interval: Interval;
}): Subscription {
  const symbols = new Set([...asked.symbols].sort());
  const ticks = asked.channels.includes("ticks");
  const interval = asked.channels.includes("bars") ? asked.interval : undefined;
  return { symbols, ticks, interval, key: `${ticks} ${interval ?? "no bars"} ${[...symbols].join(",")}` };
}
