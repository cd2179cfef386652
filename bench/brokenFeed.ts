import { makeFeed } from "../tests/support/ticks.ts";

const SYMBOLS = ["AAPL", "MSFT", "NVDA", "AMZN", "TSLA", "GOOG", "META", "NFLX"];

/** Every hundredth line is broken, in one of these ways. */
const BREAKS: readonly ((line: string) => string)[] = [
  (line) => line.slice(0, -20),
  (line) => line.replace('"price":', '"price":-'),
  (line) => line.replace('"event_type":"', '"event_type":"no-'),
  () => "this is no JSON",
];

/** What is sent in one run, and what is to become of it. */
export interface Feed {
  /** Of this feed alone. */
  readonly symbols: readonly string[];
  readonly messages: readonly string[];
  /** Ticks that are to be stored. */
  readonly good: number;
  /** Lines that are to be dead letters. */
  readonly bad: number;
}

export interface FeedOptions {
  /** Tells feeds apart: their symbols and their prices. */
  readonly run: number;
  readonly ticks: number;
  /** Of each message. */
  readonly lines: number;
  readonly broken: boolean;
}

/** Ticks as messages of `lines` lines each; of a broken feed, 1 % of the lines are broken in their turn. */
export function makeMessages({ run, ticks, lines, broken }: FeedOptions): Feed {
  const symbols = SYMBOLS.map((symbol) => `${symbol}R${run}`);
  const feed = makeFeed({
    symbols,
    exchange: "XNAS",
    // A tenth of the trades has two quotes beside it.
    trades: Math.ceil(ticks / symbols.length / 1.2) + 10,
    startMicros: 1_763_121_600_000_000n,
    seed: run,
  }).slice(0, ticks);
  let bad = 0;
  const texts = feed.map((tick, index) => {
    const line = JSON.stringify(tick);
    const breaks = BREAKS[Math.floor(index / 100) % BREAKS.length];
    if (!broken || index % 100 !== 50 || breaks === undefined) return line;
    bad += 1;
    return breaks(line);
  });
  const messages: string[] = [];
  for (let at = 0; at < texts.length; at += lines) messages.push(texts.slice(at, at + lines).join("\n"));
  return { symbols, messages, good: texts.length - bad, bad };
}
