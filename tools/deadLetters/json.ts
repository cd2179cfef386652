import { type DeadLetter, type Outcome, type Place, shortId } from "../../services/deadLetters/src/index.ts";

const placeJson = (place: Place, topic: string) => ({
  id: shortId(place, topic),
  topic: place.topic,
  partition: place.partition,
  // A JavaScript number holds 53 bits.
  offset: String(place.offset),
  line: place.line,
});

/** A dead letter as JSON; `raw_base64` has the bytes, or as many as were read. Pure. */
export const letterJson = (letter: DeadLetter, topic: string) => ({
  ...placeJson(letter.place, topic),
  lines: letter.lines,
  read_at: letter.at,
  cause: letter.error,
  bytes: letter.bytes,
  text: letter.raw.toString("utf8"),
  raw_base64: letter.raw.toString("base64"),
  replay_of: letter.replayOf,
  replays: letter.replays,
  replayed_at: letter.replayedAt ?? null,
});

/** What a replay became, as JSON. Pure. */
export const outcomeJson = ({ place, ...outcome }: Outcome, topic: string) => ({
  ...placeJson(place, topic),
  ...outcome,
});
