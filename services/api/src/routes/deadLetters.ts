import {
  anyOf,
  both,
  type Condition,
  conditionOf,
  countLetters,
  type DeadLetter,
  fullId,
  olderThan,
  parsePlace,
  type Reader,
  readLetters,
  readOutcomes,
  replaysOf,
  shortId,
} from "@tickhouse/dead-letters";
import { z } from "zod";
import { cursor, cursorOf } from "../deadLetters/cursor.ts";
import { letterJson, wholeLetterJson } from "../deadLetters/json.ts";
import { createReader } from "../deadLetters/reader.ts";
import {
  cause,
  letterResponse,
  lettersResponse,
  line,
  offset,
  partition,
  replayBody,
  replayed,
  replayResponse,
  topic,
} from "../deadLetters/schemas.ts";
import { ApiError } from "../errors.ts";
import { limit } from "../schemas.ts";
import { defineRoute } from "./route.ts";

/** Bytes of each line in the list. */
const START_BYTES = 1_000;

export const deadLetters = defineRoute({
  path: "/dead-letters",
  access: "data",
  summary: "Lines that could not be stored, newest first",
  description: "`message` has the first 1000 bytes of the line.",
  query: z.strictObject({ cause, partition: partition.optional(), replayed, limit, cursor }),
  response: lettersResponse,
  async handle({ warehouse, topic: usual = "", query, ...options }) {
    const { limit, cursor: after, ...filter } = query;
    const reader = createReader(warehouse, options);
    const wanted = conditionOf(filter);
    const [total, letters] = await Promise.all([
      countLetters(reader, wanted),
      readLetters(reader, {
        ...(after === undefined ? wanted : both(wanted, olderThan(after))),
        order: "newest",
        // One more than is shown says whether there is another page.
        limit: limit + 1,
        rawBytes: START_BYTES,
      }),
    ]);
    const shown = letters.slice(0, limit);
    const last = shown.at(-1);
    return {
      deadLetters: shown.map((letter) => letterJson(letter, usual)),
      total,
      next: letters.length > limit && last !== undefined ? cursorOf(last) : null,
      stats: reader.stats(),
    };
  },
});

export const deadLetter = defineRoute({
  path: "/dead-letters/{partition}/{offset}/{line}",
  access: "data",
  summary: "One dead letter, whole, and what its replays became",
  query: z.strictObject({ partition, offset, line, topic }),
  response: letterResponse,
  errors: ["not_found"],
  async handle({ warehouse, topic: usual = "", query, ...options }) {
    const { topic = usual, ...rest } = query;
    const place = { topic, ...rest };
    const reader = createReader(warehouse, options);
    const [letter] = await readLetters(reader, { ...anyOf([place]), order: "place", limit: 1 });
    if (letter === undefined)
      throw new ApiError(
        "not_found",
        `There is no dead letter ${fullId(place)}; /dead-letters lists those that are.`,
      );
    const became = letter.replays === 0 ? [] : await outcomesOf(reader, letter);
    return { ...wholeLetterJson(letter, became, usual), stats: reader.stats() };
  },
});

export const replayDeadLetters = defineRoute({
  path: "/dead-letters/replay",
  access: "data",
  summary: "Sends dead letters to Kafka again, as they are or one of them corrected",
  description:
    "All of them or none. Each is a new message, to the partition of its symbol; the dead letter is marked once Kafka has " +
    "acknowledged it. What it became is seen a moment later in `became` of the dead letter.",
  query: z.strictObject({}),
  body: replayBody,
  response: replayResponse,
  errors: ["not_found", "not_replayable"],
  async handle({ warehouse, replayer, topic: usual = "", body, ...options }) {
    if (replayer === undefined)
      throw new ApiError(
        "forbidden",
        "Replaying through the API is turned off; accepted: npm run dead-letters -- replay, or the setting tickhouse:apiReplay.",
      );
    const { text, again } = body;
    const places = body.places.map((place) => parsePlace(place, usual));
    const sent = await replayer.replay(createReader(warehouse, options), { places, text, again });
    return {
      replayed: sent.map(({ place, to }) => ({
        place: shortId(place, usual),
        partition: to.partition,
        offset: String(to.offset),
      })),
    };
  },
});

/** The clocks of two nodes differ by less than this. */
const CLOCKS_MS = 3_600_000;

/** A replay is read after the dead letter that it is of: older ticks need not be looked at. */
const outcomesOf = async (reader: Reader, { place, at }: DeadLetter) => {
  const since: Condition = {
    sql: "ingest_time >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')",
    params: { since: Date.parse(at) - CLOCKS_MS },
  };
  const outcomes = await readOutcomes(reader, both(replaysOf([fullId(place)]), since));
  return outcomes.get(fullId(place)) ?? [];
};
