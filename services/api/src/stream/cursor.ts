import { INTERVALS, type Interval } from "../intervals.ts";
import { FIRST, type Place, type Places } from "./places.ts";

/** A bar that a client has, by its start and its revision. */
export interface SentBar {
  readonly symbol: string;
  /** Seconds since 1970. */
  readonly start: number;
  readonly revision: number;
}

/** Which bars a client has: those known until a moment, and these that became known later. */
export interface BarCursor {
  readonly interval: Interval;
  /** Microseconds since 1970. */
  readonly known: number;
  readonly sent: readonly SentBar[];
}

/** What a client has received, and so where its stream goes on: the id of an event says it. */
export interface Cursor {
  readonly ticks?: Places | undefined;
  readonly bars?: BarCursor | undefined;
}

/** Bars that an id names at most; a bar beyond them comes a second time after a resumption. */
export const MAX_SENT = 64;

const PLACE = /^(?<offset>[0-9a-z]{1,13})(?:\.(?<line>[0-9a-z]{1,6}))?$/;
const SENT = /^(?<symbol>[A-Za-z0-9._:/-]{1,32})@(?<start>[0-9a-z]{1,7})\.(?<revision>[0-9a-z]{1,10})$/;
/** Node takes no longer headers. */
const MAX_TEXT = 16_384;
const MAX_OFFSET = 2n ** 64n - 1n;

/** `1a2b.1,1a3c`: a place a partition, base 36; the line is left out where it is 0. */
export const placesText = (places: Places): string => places.map(placeText).join(",");

export const placeText = ({ offset, line }: Place): string =>
  line === 0 ? offset.toString(36) : `${offset.toString(36)}.${line.toString(36)}`;

/** `1m,kx3f2,AAPL@sd3f.2`: interval, moment, bars; base 36. */
export const barsText = ({ interval, known, sent }: BarCursor): string =>
  [
    interval,
    known.toString(36),
    ...sent
      .slice(-MAX_SENT)
      .map(({ symbol, start, revision }) => `${symbol}@${start.toString(36)}.${revision.toString(36)}`),
  ].join(",");

/** An id out of the texts of its parts. */
export const idText = (ticks: string | undefined, bars: string | undefined): string =>
  [ticks === undefined ? [] : `t=${ticks}`, bars === undefined ? [] : `b=${bars}`].flat().join(";");

export const cursorText = ({ ticks, bars }: Cursor): string =>
  idText(ticks && placesText(ticks), bars && barsText(bars));

/** Reads an id back; undefined where it is none that this API gave. */
export function parseCursor(text: string): Cursor | undefined {
  const parts = /^(?:t=(?<ticks>[^;]*))?;?(?:b=(?<bars>[^;]*))?$/.exec(text)?.groups;
  if (text === "" || text.length > MAX_TEXT || parts === undefined) return undefined;
  const ticks = parts["ticks"] === undefined ? undefined : parsePlaces(parts["ticks"]);
  const bars = parts["bars"] === undefined ? undefined : parseBars(parts["bars"]);
  if (ticks === null || bars === null) return undefined;
  return { ticks, bars };
}

function parsePlaces(text: string): Places | null {
  if (text === "") return [];
  const places = text.split(",").map((part): Place | undefined => {
    const { offset = "", line = "0" } = PLACE.exec(part)?.groups ?? {};
    const number = offset === "" ? undefined : parseBase36(offset);
    if (number === undefined || number > MAX_OFFSET) return undefined;
    return number === 0n && line === "0" ? FIRST : { offset: number, line: Number.parseInt(line, 36) };
  });
  return places.every((place) => place !== undefined) ? places : null;
}

function parseBars(text: string): BarCursor | null {
  const [interval = "", known = "", ...rest] = text.split(",");
  if (!Object.hasOwn(INTERVALS, interval) || !/^[0-9a-z]{1,11}$/.test(known)) return null;
  const sent = rest.map((part): SentBar | undefined => {
    const { symbol, start = "", revision = "" } = SENT.exec(part)?.groups ?? {};
    if (symbol === undefined) return undefined;
    return { symbol, start: Number.parseInt(start, 36), revision: Number.parseInt(revision, 36) };
  });
  if (!sent.every((bar) => bar !== undefined)) return null;
  return { interval: interval as Interval, known: Number.parseInt(known, 36), sent };
}

const parseBase36 = (text: string): bigint =>
  [...text].reduce((number, digit) => number * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
