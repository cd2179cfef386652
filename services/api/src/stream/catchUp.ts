import { setTimeout as pause } from "node:timers/promises";
import type { QueryOptions } from "../clickhouse/query.ts";
import { type BarReader, keyText, type StreamBar, startOf } from "./barReader.ts";
import { type Batch, eventsOf } from "./batch.ts";
import type { Connection } from "./connection.ts";
import { type BarCursor, placesText } from "./cursor.ts";
import { compare, earliest, isBehind, latest, type Places, placeOf } from "./places.ts";
import type { Subscription } from "./subscription.ts";
import { FIRST_SPAN, type TickReader } from "./tickReader.ts";

/** A client that catches up has this long to take what was sent to it before. */
const TAKE_MS = 10_000;

/** Characters that are written at once. */
const PIECE = 65_536;

/** An id does not say when its bars became known: after its moment, so they stay in it. */
const UNKNOWN = Number.POSITIVE_INFINITY;

export interface CatchUpArgs {
  readonly subscription: Subscription;
  readonly connection: Connection;
  readonly ticks: TickReader;
  readonly bars: BarReader;
  readonly options: QueryOptions;
  /** Pause before a replica is asked again that has less than another one had, and how long that may go on. */
  readonly intervalMs: number;
  readonly deadlineMs: number;
}

/** Sends the ticks between two places of the past; the client's id of its bars stays what it was. */
export async function sendPast(
  args: CatchUpArgs,
  from: Places,
  to: Places,
  bars: BarCursor,
): Promise<Places> {
  const symbols = [...args.subscription.symbols];
  let [at, span] = [from, FIRST_SPAN];
  while (isBehind(at, to) && args.connection.open) {
    const read = await args.ticks.readPast({ from: at, to, span }, symbols, args.options);
    await send(args, { from: at, to: read.to, ticks: read.ticks, bars: barsOfCursor(bars) });
    [at, span] = [read.to, read.span];
  }
  return at;
}

/**
 * Sends the ticks from a place up to where the others are, gap by gap as they went. A replica that has less than the
 * others saw is asked again.
 */
export async function sendRecent(
  args: CatchUpArgs,
  from: Places,
  to: Places,
  bars: BarCursor,
): Promise<Places> {
  let at = from;
  const end = performance.now() + args.deadlineMs;
  while (isBehind(at, to) && args.connection.open) {
    const read = await args.ticks.readNew(at, [...args.subscription.symbols], args.options);
    const reached = latest(at, earliest(read.to, to));
    const ticks = read.ticks.filter((tick) => compare(tick, placeOf(to, tick.partition)) < 0);
    await send(args, { from: at, to: reached, ticks, bars: barsOfCursor(bars) });
    const stuck = !isBehind(at, reached);
    at = reached;
    if (!stuck) continue;
    if (performance.now() > end)
      throw new Error(
        `a replica lacks what another one had ${args.deadlineMs} ms ago: ${placesText(at)}, not ${placesText(to)}`,
      );
    await pause(args.intervalMs);
  }
  return at;
}

/**
 * Sends the bars that became known after a client's, and those that the others were sent.
 * @returns the bars that the client has and the others may not
 */
export async function sendBars(
  args: CatchUpArgs,
  cursor: BarCursor,
  others: { readonly known: number; readonly sent: readonly StreamBar[] },
  places: Places,
): Promise<ReadonlyMap<string, StreamBar>> {
  const { interval, symbols } = args.subscription;
  const has = new Map<string, StreamBar>();
  if (interval === undefined) return new Map();
  for (const { symbol, start, revision } of cursor.sent)
    has.set(keyText({ symbol, start }), { symbol, start, revision, known: UNKNOWN, json: "" });
  let standing = cursor.known;
  const sendNew = async (bars: readonly StreamBar[]) => {
    const fresh = bars.filter((bar) => bar.revision > (has.get(keyText(bar))?.revision ?? 0));
    const sent = [...has.values()];
    await send(args, {
      from: places,
      to: places,
      ticks: [],
      bars: () => ({ known: standing, sent, bars: fresh }),
    });
    for (const bar of fresh) has.set(keyText(bar), bar);
  };

  for await (const page of args.bars.readChanges([...symbols], cursor.known, args.options)) {
    if (!args.connection.open) break;
    const keys = new Map(
      page.map(({ symbol, minute }) => {
        const key = { symbol, start: startOf(minute, interval) };
        return [keyText(key), key];
      }),
    );
    await sendNew(await args.bars.readBars(interval, [...keys.values()], args.options));
    // What became known in the same microsecond as the page's last is on the next page.
    standing = Math.max(standing, Math.min((page.at(-1)?.known ?? 0) - 1, others.known));
    for (const [key, bar] of has) if (bar.known <= standing) has.delete(key);
  }
  await sendNew(others.sent.filter(({ symbol }) => symbols.has(symbol)));
  return has;
}

/** A page, a piece at a time, each when the client has taken the one before. */
async function send({ connection, subscription }: CatchUpArgs, batch: Batch): Promise<void> {
  let piece = "";
  for (const text of eventsOf(batch, subscription)) {
    piece += text;
    if (piece.length < PIECE) continue;
    await connection.writeInTurn(piece, TAKE_MS);
    piece = "";
  }
  await connection.writeInTurn(piece, TAKE_MS);
}

const barsOfCursor = ({ known, sent }: BarCursor): Batch["bars"] => {
  const bars = sent.map((bar) => ({ ...bar, known: UNKNOWN, json: "" }));
  return () => ({ known, sent: bars, bars: [] });
};
