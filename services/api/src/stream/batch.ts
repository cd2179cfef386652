import { keyText, type StreamBar } from "./barReader.ts";
import { type BarCursor, barsText, idText, placesText, placeText } from "./cursor.ts";
import { compare, latest, type Places, placeOf } from "./places.ts";
import type { Subscription } from "./subscription.ts";
import type { StreamTick } from "./tickReader.ts";

/** What is new between two moments, for everybody. */
export interface Batch {
  readonly from: Places;
  readonly to: Places;
  /** In the order of (partition, offset, line). */
  readonly ticks: readonly StreamTick[];
  /** New bars of an interval, and what its clients had before them. */
  bars(interval: NonNullable<Subscription["interval"]>): BarsOfBatch;
}

export interface BarsOfBatch {
  readonly known: number;
  readonly sent: readonly StreamBar[];
  readonly bars: readonly StreamBar[];
}

/** What a client that came back has already, beyond where the others are. */
export interface Ahead {
  readonly places: Places;
  /** By {@link keyText}. */
  readonly bars: ReadonlyMap<string, StreamBar>;
}

const NOTHING: Ahead = { places: [], bars: new Map() };

/**
 * The events of a batch for one subscription, ticks and then bars, each with the id that resumes behind it.
 *
 *     id: t=461a8,488fs;b=1m,1kx3f2a9c,AAPL@sd3f1k.2
 *     event: tick
 *     data: {"symbol":"AAPL",…}
 */
export function* eventsOf(
  batch: Batch,
  subscription: Subscription,
  ahead: Ahead = NOTHING,
): Generator<string> {
  const { interval } = subscription;
  const bars = interval === undefined ? undefined : barsOf(batch, subscription, interval, ahead);
  yield* tickEvents(batch, subscription, ahead, bars?.before);
  yield* bars?.events ?? [];
}

export const encodeBatch = (...batch: Parameters<typeof eventsOf>): string =>
  [...eventsOf(...batch)].join("");

function* tickEvents(
  batch: Batch,
  { symbols, ticks }: Subscription,
  ahead: Ahead,
  bars: string | undefined,
): Generator<string> {
  if (!ticks) return;
  const from = latest(batch.from, ahead.places).map(placeText);
  const to = latest(batch.to, ahead.places).map(placeText);
  let partition = -1;
  let [head, tail]: [readonly string[], readonly string[]] = [[], []];
  for (const tick of batch.ticks) {
    if (!symbols.has(tick.symbol) || compare(tick, placeOf(ahead.places, tick.partition)) < 0) continue;
    if (tick.partition !== partition) {
      partition = tick.partition;
      head = to.slice(0, partition);
      tail = from.slice(partition + 1);
    }
    const place = placeText({ offset: tick.offset, line: tick.line + 1 });
    yield event("tick", idText([...head, place, ...tail].join(","), bars), tick.json);
  }
}

function barsOf(
  batch: Batch,
  { symbols, ticks }: Subscription,
  interval: NonNullable<Subscription["interval"]>,
  ahead: Ahead,
) {
  const { known, sent, bars } = batch.bars(interval);
  const places = ticks ? placesText(latest(batch.to, ahead.places)) : undefined;
  const others = sent.filter((bar) => symbols.has(bar.symbol) && bar.revision >= revisionOf(ahead, bar));
  const has = [...others, ...ahead.bars.values()].filter((bar) => bar.known > known);
  const before = barsText({ interval, known, sent: lastOfEach(has) });
  const events: string[] = [];
  for (const bar of bars) {
    if (!symbols.has(bar.symbol)) continue;
    if (bar.revision <= revisionOf(ahead, bar)) continue;
    has.push(bar);
    events.push(event("bar", idText(places, barsText({ interval, known, sent: lastOfEach(has) })), bar.json));
  }
  return { before, events };
}

const revisionOf = (ahead: Ahead, bar: StreamBar): number => ahead.bars.get(keyText(bar))?.revision ?? 0;

/** A bar that was sent twice is there once, as it was sent last. */
const lastOfEach = (bars: readonly StreamBar[]): readonly StreamBar[] => [
  ...new Map(bars.map((bar) => [keyText(bar), bar])).values(),
];

/** Where a client stands that has everything until now. */
export const standing = (
  subscription: Subscription,
  ticks: Places,
  bars: Pick<BarCursor, "known" | "sent">,
): string =>
  idText(
    subscription.ticks ? placesText(ticks) : undefined,
    subscription.interval === undefined
      ? undefined
      : barsText({
          interval: subscription.interval,
          known: bars.known,
          sent: bars.sent.filter(({ symbol }) => subscription.symbols.has(symbol)),
        }),
  );

/** JSON has no line break, so one line of data is enough. */
export const event = (name: string, id: string | undefined, json: string): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${name}\ndata: ${json}\n\n`;
