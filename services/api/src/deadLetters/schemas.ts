import { isObjectText, PARTITION_END, parsePlace } from "@tickhouse/dead-letters";
import { z } from "zod";
import { stats } from "../schemas.ts";

/** At most this many are sent again by one request. */
export const MAX_PLACES = 100;
const MAX_TEXT = 65_536;

const whole = (end: number) => {
  const accepted = `a whole number from 0 to ${end - 1}, once`;
  return z
    .string({ error: () => accepted })
    .regex(/^\d{1,10}$/, accepted)
    .transform(Number)
    .refine((value) => value < end, accepted)
    .meta({ openapi: { type: "integer", minimum: 0, maximum: end - 1 } });
};

const ACCEPTED_OFFSET = "a whole number from 0 to 9223372036854775807, once";
const OFFSET_END = 2n ** 63n;

export const partition = whole(PARTITION_END);
export const line = whole(2 ** 32);
export const offset = z
  .string({ error: () => ACCEPTED_OFFSET })
  .regex(/^\d{1,19}$/, ACCEPTED_OFFSET)
  .transform(BigInt)
  .refine((value) => value < OFFSET_END, ACCEPTED_OFFSET)
  .meta({ openapi: { type: "string", pattern: "^\\d{1,19}$" }, examples: ["1234"] });

const ACCEPTED_TOPIC = "a topic's name, once: 1 to 249 letters, digits or . _ -";
export const topic = z
  .string({ error: () => ACCEPTED_TOPIC })
  .regex(/^[A-Za-z0-9._-]{1,249}$/, ACCEPTED_TOPIC)
  .optional()
  .meta({ description: "The topic that it came from; that of the ticks when it is left out." });

const ACCEPTED_CAUSE = "1 to 200 characters, once";
export const cause = z
  .string({ error: () => ACCEPTED_CAUSE })
  .min(1, ACCEPTED_CAUSE)
  .max(200, ACCEPTED_CAUSE)
  .optional()
  .meta({ description: "Part of the error, in whatever case.", examples: ["price is"] });

export const replayed = z
  .enum(["true", "false"], { error: () => "true or false, once" })
  .transform((text) => text === "true")
  .optional()
  .meta({ description: "Only those that were sent again, or that were not.", openapi: { type: "boolean" } });

const ACCEPTED_PLACE = "PARTITION/OFFSET/LINE (0/1234/0), or with TOPIC/ before it";
const place = z
  .string({ error: ACCEPTED_PLACE })
  .refine((text) => {
    try {
      return parsePlace(text, "ticks") !== undefined;
    } catch {
      return false;
    }
  }, ACCEPTED_PLACE)
  .meta({ pattern: "^([A-Za-z0-9._-]{1,249}/)?\\d{1,10}/\\d{1,19}/\\d{1,10}$", examples: ["0/1234/0"] });

const ACCEPTED_PLACES = `1 to ${MAX_PLACES} dead letters, each ${ACCEPTED_PLACE}`;
const ACCEPTED_TEXT = `a tick as one JSON object in one line, of at most ${MAX_TEXT} characters`;

export const replayBody = z
  .strictObject({
    places: z
      .array(place, { error: ACCEPTED_PLACES })
      .min(1, ACCEPTED_PLACES)
      .max(MAX_PLACES, ACCEPTED_PLACES)
      .meta({ description: "Which ones: `place` of the list." }),
    text: z
      .string({ error: ACCEPTED_TEXT })
      .max(MAX_TEXT, ACCEPTED_TEXT)
      .refine(isObjectText, ACCEPTED_TEXT)
      .optional()
      .meta({ description: "Sent in place of the one dead letter's own text, corrected." }),
    again: z
      .boolean({ error: "true or false" })
      .default(false)
      .meta({ description: "Whether what was replayed already is sent once more." }),
  })
  .refine(({ places, text }) => text === undefined || places.length === 1, {
    path: ["text"],
    error: "none where there are several places: it is the text of one",
  })
  .meta({ id: "ReplayRequest" });

const id = z.string().meta({ description: "Names it; with the topic where that is another one." });
const offsetText = z.string().meta({ description: "As text, since it may be as large as 2^63." });

const common = {
  place: id,
  topic: z.string(),
  partition: z.int(),
  offset: offsetText,
  line: z.int().meta({ description: "In its message, from 0." }),
  time: z.string().meta({ format: "date-time", description: "When the warehouse read it." }),
  error: z.string().meta({ description: "The field, its value, and what is accepted." }),
  message: z.string().meta({ description: "The line, with what can't be printed escaped." }),
  truncated: z.boolean().meta({ description: "Whether `message` is only its start." }),
  replays: z.int().meta({ description: "How many times it was sent again." }),
  replayedAt: z.string().nullable().meta({ format: "date-time" }),
  replayOf: z.string().nullable().meta({ description: "The dead letter that this is a replay of." }),
};

const letter = z.object(common).meta({ id: "DeadLetter" });

export const lettersResponse = z
  .object({
    deadLetters: z.array(letter),
    total: z.int().meta({ description: "How many there are, on all pages." }),
    next: z.string().nullable().meta({ description: "The cursor of the next page; null on the last." }),
    stats,
  })
  .meta({ id: "DeadLetters" });

const became = z
  .object({
    kind: z.enum(["stored", "dead letter"]),
    place: id,
    time: z.string().meta({ format: "date-time", description: "When the warehouse read it." }),
    tick: z.string().nullable().meta({ description: "Exchange, symbol, type, number and time of the tick." }),
    error: z.string().nullable().meta({ description: "What is wrong with it still." }),
  })
  .meta({ id: "ReplayOutcome" });

export const letterResponse = z
  .object({
    ...common,
    lines: z.int().meta({ description: "Lines of its message." }),
    bytes: z.int().meta({ description: "Bytes of the line." }),
    text: z.string().nullable().meta({ description: "The line as it is; null when it is no UTF-8." }),
    base64: z.string().nullable().meta({ description: "Its bytes, when they are no UTF-8." }),
    became: z.array(became).meta({ description: "What its replays became, as far as they were read." }),
    stats,
  })
  .meta({ id: "WholeDeadLetter" });

export const replayResponse = z
  .object({
    replayed: z.array(
      z
        .object({
          place: id,
          partition: z.int().meta({ description: "Where it is in Kafka now." }),
          offset: offsetText,
        })
        .meta({ id: "ReplayedDeadLetter" }),
    ),
  })
  .meta({ id: "Replayed" });
