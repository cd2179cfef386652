import type { StoredMessage } from "../topic.ts";
import { type ReadTick, readLine } from "./readLine.ts";

/** Partition, offset and line of a message: where a line stands in Kafka. */
export type Place = string;

/** What a warehouse has to hold when it has taken some messages in; made by a plain loop over them. */
export interface Ledger {
  /** The latest version of each tick by its identity. */
  readonly ticks: ReadonlyMap<string, ReadTick>;
  /** Lines that are no ticks, byte by byte. */
  readonly deadLetters: ReadonlyMap<Place, Buffer>;
  /** Lines in all, those that came twice counted twice. */
  readonly lines: number;
}

/** What makes a tick the same tick: its side belongs to it unless it is a trade. */
export const identityOf = ({ exchange, symbol, type, micros, seqId, side }: Identity): string =>
  [exchange, symbol, type, micros, seqId, type === "trade" ? "" : side].join(" ");

type Identity = Pick<ReadTick, "exchange" | "symbol" | "type" | "micros" | "seqId" | "side">;

export const placeOf = (partition: number, offset: bigint | string, line: number): Place =>
  `${partition}/${offset}/${line}`;

export function keepLedger(messages: readonly StoredMessage[], nowMicros: bigint): Ledger {
  const ticks = new Map<string, ReadTick>();
  const deadLetters = new Map<Place, Buffer>();
  let lines = 0;
  for (const { partition, offset, value } of messages) {
    linesOf(value).forEach((bytes, line) => {
      lines += 1;
      const tick = readLine(bytes, nowMicros);
      if (tick === undefined) {
        deadLetters.set(placeOf(partition, offset, line), bytes);
        return;
      }
      const known = ticks.get(identityOf(tick));
      if (known === undefined || tick.version > known.version) ticks.set(identityOf(tick), tick);
    });
  }
  return { ticks, deadLetters, lines };
}

const NEWLINE = 10;
const BLANK = [9, 13, 32];

/**
 * The lines of a message. Blank ones are none, unless there is no other: then the message is one empty line. A message
 * of no bytes has none: Kafka's consumers pass it over.
 */
export function linesOf(value: Buffer): Buffer[] {
  if (value.length === 0) return [];
  const lines: Buffer[] = [];
  let from = 0;
  while (from <= value.length) {
    const at = value.indexOf(NEWLINE, from);
    const to = at < 0 ? value.length : at;
    const line = value.subarray(from, to);
    if (!line.every((byte) => BLANK.includes(byte))) lines.push(line);
    from = to + 1;
  }
  return lines.length === 0 ? [Buffer.alloc(0)] : lines;
}
