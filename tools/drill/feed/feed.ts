import { createRandom, type Random } from "../random.ts";
import { createBreaker } from "./broken.ts";
import { createEvents, type Sending } from "./events.ts";
import { type FeedLine, type LineKind, writeTick } from "./line.ts";
import { type FeedMessage, packLines } from "./messages.ts";

/** What a feed is made of: the same bytes for the same words, wherever it is made. */
export interface FeedSpec {
  readonly seed: number;
  readonly round: number;
  /** Ticks to send, duplicates and corrections included; a few more come to complete the last events. */
  readonly ticks: number;
  readonly symbols: readonly string[];
}

export interface Feed {
  readonly messages: readonly FeedMessage[];
  /** How often each kind of line occurs. */
  readonly kinds: ReadonlyMap<LineKind, number>;
}

/** Shortly before midnight UTC of a day of 2025, so that the feed's hours belong to two days; each round has another. */
export function startMicros({ seed, round }: Pick<FeedSpec, "seed" | "round">, random: Random): bigint {
  const day = 1 + ((seed * 37 + round) % 360);
  return BigInt(Date.UTC(2025, 0, day, 23, random.int(0, 45))) * 1_000n;
}

/** One line in forty is broken, and one message in some hundred holds nothing at all. */
const BROKEN = 0.025;
const EMPTY = 0.001;

export function makeFeed(spec: FeedSpec): Feed {
  const { seed, round, ticks, symbols } = spec;
  const random = createRandom("feed", seed, round, ticks, ...symbols);
  const nextEvent = createEvents(symbols, startMicros(spec, random), random);
  const breakTick = createBreaker(random);
  const lines: FeedLine[] = [];
  const kinds = new Map<LineKind, number>();
  const send = ({ tick, kinds: marks }: Pick<Sending, "tick" | "kinds">): void => {
    push({ symbol: tick.symbol, bytes: writeTick(tick, random), kinds: marks });
    if (random.chance(BROKEN)) push(breakTick(tick));
    if (random.chance(EMPTY)) push({ symbol: tick.symbol, bytes: Buffer.alloc(0), kinds: ["no bytes"] });
  };
  const push = (line: FeedLine): void => {
    lines.push(line);
    for (const kind of line.kinds) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  };
  let waiting: { readonly sending: Sending; readonly at: number }[] = [];
  while (lines.length + waiting.length < ticks) {
    for (const sending of nextEvent()) {
      if (sending.after === 0) send(sending);
      else waiting.push({ sending, at: lines.length + sending.after });
    }
    const due = waiting.filter(({ at }) => at <= lines.length);
    waiting = waiting.filter(({ at }) => at > lines.length);
    for (const { sending } of due) send(sending);
  }
  for (const { sending } of waiting.toSorted((a, b) => a.at - b.at)) send(sending);
  return { messages: packLines(lines, random), kinds };
}
