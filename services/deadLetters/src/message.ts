import type { Message } from "kafkajs";
import type { DeadLetter } from "./letters.ts";
import { fullId } from "./place.ts";

/** Header by which a message says which dead letter it is a replay of; schema/16 reads it. */
export const REPLAY_HEADER = "tickhouse-replay-of";

/** A message that sends a dead letter's text again, or a corrected one, byte by byte. Pure. */
export function replayMessage({ place, raw }: Pick<DeadLetter, "place" | "raw">, text?: string): Message {
  const value = text === undefined ? raw : Buffer.from(text);
  return { key: symbolOf(value), value, headers: { [REPLAY_HEADER]: fullId(place) } };
}

/** The symbol that a text tells, so that it goes where the others of its symbol are; null where it tells none. */
function symbolOf(text: Buffer): string | null {
  try {
    const { symbol } = JSON.parse(text.toString("utf8")) as { symbol?: unknown };
    return typeof symbol === "string" && symbol !== "" ? symbol : null;
  } catch {
    return null;
  }
}

/** Items in order, in groups that hold at most so many bytes; an item that is larger is alone. Pure. */
export function* inRequests<T>(
  items: readonly T[],
  maxBytes: number,
  sizeOf: (item: T) => number,
): Generator<T[]> {
  let group: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (group.length > 0 && bytes + size > maxBytes) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(item);
    bytes += size;
  }
  if (group.length > 0) yield group;
}

/** Whether a text may take the place of a dead letter's own: one JSON object in one line, since a line is a tick. Pure. */
export function isObjectText(text: string): boolean {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) && !/[\r\n]/.test(text);
  } catch {
    return false;
  }
}
