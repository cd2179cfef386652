import type { Row } from "./readTables.ts";
import type { RawTick } from "./tableFeed.ts";

// What the tables must answer, by plain loops over what was sent: nothing here is shared with the queries.

const TYPES = ["trade", "quote", "book"];
const SIDES = ["unknown", "buy", "sell"];

const sideOfIdentity = (tick: RawTick): string => (tick.eventType === "trade" ? "" : tick.side);

const identity = (tick: RawTick): string =>
  [tick.exchange, tick.eventType, tick.eventTime, tick.seqId, sideOfIdentity(tick)].join("|");

type Comparable = bigint | number | string;

function compare(a: readonly Comparable[], b: readonly Comparable[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] as Comparable;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

const tickKey = (tick: RawTick): Comparable[] => [
  tick.eventTime,
  tick.seqId,
  tick.exchange,
  TYPES.indexOf(tick.eventType),
  tick.eventType === "trade" ? 0 : SIDES.indexOf(tick.side),
];

const rawKey = (tick: RawTick): Comparable[] => [
  ...tickKey(tick).slice(0, 4),
  SIDES.indexOf(tick.side),
  tick.sourceVersion,
  tick.ingestTime,
  tick.kafkaPartition,
  tick.kafkaOffset,
  tick.kafkaLine,
];

/** Raw rows, the newest first. */
export const rawAnswer = (sent: readonly RawTick[]): RawTick[] =>
  sent.toSorted((a, b) => compare(rawKey(b), rawKey(a)));

/** Of each tick the highest version and, of that, what came last. */
function keptOf(sent: readonly RawTick[]): Map<string, RawTick> {
  const kept = new Map<string, RawTick>();
  for (const tick of sent) {
    const known = kept.get(identity(tick));
    const later =
      known === undefined ||
      tick.sourceVersion > known.sourceVersion ||
      (tick.sourceVersion === known.sourceVersion && tick.ingestTime > known.ingestTime);
    if (later) kept.set(identity(tick), tick);
  }
  return kept;
}

const isBusted = (tick: RawTick): boolean => tick.eventType === "trade" && tick.size === 0;

/** Deduplicated ticks, the newest first. */
export const ticksAnswer = (sent: readonly RawTick[]): RawTick[] =>
  [...keptOf(sent).values()]
    .filter((tick) => !isBusted(tick))
    .sort((a, b) => compare(tickKey(b), tickKey(a)));

/** Bid and ask of each quote, the newest first. */
export function quotesAnswer(sent: readonly RawTick[]): Row[] {
  const quotes = new Map<string, Record<string, Row[string]>>();
  for (const tick of ticksAnswer(sent.filter(({ eventType }) => eventType === "quote"))) {
    const { exchange, eventTime, seqId, price, size } = tick;
    const key = [exchange, eventTime, seqId].join("|");
    const quote = quotes.get(key) ?? {
      exchange,
      eventTime,
      seqId,
      bid: null,
      bidSize: null,
      ask: null,
      askSize: null,
    };
    quotes.set(
      key,
      tick.side === "buy" ? { ...quote, bid: price, bidSize: size } : { ...quote, ask: price, askSize: size },
    );
  }
  return [...quotes.values()];
}

/** Rows that deduplication leaves out, the newest first. */
export function droppedAnswer(sent: readonly RawTick[]): Row[] {
  const kept = keptOf(sent);
  return rawAnswer(sent).flatMap((tick) => {
    const winner = kept.get(identity(tick)) ?? tick;
    if (winner === tick && !isBusted(tick)) return [];
    const older = tick.sourceVersion < winner.sourceVersion ? "superseded" : "duplicate";
    return [{ ...tick, reason: isBusted(winner) ? "busted" : older, keptVersion: winner.sourceVersion }];
  });
}
