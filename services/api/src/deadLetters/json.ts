import { isUtf8 } from "node:buffer";
import { type DeadLetter, type Outcome, printable, shortId } from "@tickhouse/dead-letters";

const safe = (text: string): string => printable(Buffer.from(text));

/** A dead letter as the list has it. Texts came from outside, and are escaped as for a terminal. Pure. */
export const letterJson = ({ place, ...letter }: DeadLetter, topic: string) => ({
  place: shortId(place, topic),
  topic: place.topic,
  partition: place.partition,
  offset: String(place.offset),
  line: place.line,
  time: letter.at,
  error: safe(letter.error),
  message: printable(letter.raw),
  truncated: letter.raw.length < letter.bytes,
  replays: letter.replays,
  replayedAt: letter.replayedAt ?? null,
  replayOf: letter.replayOf === "" ? null : safe(letter.replayOf),
});

/** All of one dead letter that was read whole, but for what it cost. Pure. */
export const wholeLetterJson = (letter: DeadLetter, became: readonly Outcome[], topic: string) => ({
  ...letterJson(letter, topic),
  lines: letter.lines,
  bytes: letter.bytes,
  text: isUtf8(letter.raw) ? letter.raw.toString("utf8") : null,
  base64: isUtf8(letter.raw) ? null : letter.raw.toString("base64"),
  became: became.map((outcome) => ({
    kind: outcome.kind,
    place: shortId(outcome.place, topic),
    time: outcome.at,
    tick: outcome.kind === "stored" ? safe(outcome.tick) : null,
    error: outcome.kind === "dead letter" ? safe(outcome.error) : null,
  })),
});
