import { z } from "zod";
import { ACCEPTED_TIME, parseMicros } from "./time.ts";

const SEQ_ID_MAX = 2n ** 64n - 1n;
const VERSION_MAX = 2n ** 32n - 1n;
const WHOLE = /^(?:0|[1-9]\d*)$/;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const field = (accepted: string, accepts: (text: string) => boolean) =>
  z.string({ error: accepted }).refine(accepts, { error: accepted });

const name = field(
  "accepted: a text of 1 to 128 characters",
  (text) => text.length > 0 && text.length <= 128,
);

const whole = (min: bigint, max: bigint) =>
  field(
    `accepted: a whole number from ${min} to ${max}`,
    (text) => WHOLE.test(text) && text.length <= 20 && BigInt(text) >= min && BigInt(text) <= max,
  );

// The sign is looked at in the text: "-0" is not below zero as a number.
const amount = field(
  "accepted: a number, 0 or more, such as 189.75 or 5e-05",
  (text) => JSON_NUMBER.test(text) && !text.startsWith("-") && Number.isFinite(Number(text)),
);

/**
 * One row of a file. Every value is a text: numbers are checked, and later sent, as they stand in the file,
 * because a JavaScript number can't hold a 64-bit `seq_id` and would reformat 0.00031099999999999997.
 * Fields beyond these are allowed and kept.
 */
export const tickRowSchema = z.object({
  exchange: name,
  symbol: name,
  event_time: field(ACCEPTED_TIME, (text) => parseMicros(text) !== undefined),
  seq_id: whole(0n, SEQ_ID_MAX),
  event_type: z.enum(["trade", "quote", "book"], { error: "accepted: trade, quote or book" }),
  price: amount,
  size: amount,
  side: z.enum(["buy", "sell"], { error: "accepted: buy or sell" }),
  source_version: whole(1n, VERSION_MAX),
});

export type TickRow = z.output<typeof tickRowSchema>;

/** The fields a row must have, in the order they are sent. */
export const TICK_FIELDS = Object.keys(tickRowSchema.shape) as readonly (keyof TickRow)[];

/** Fields that are JSON numbers; the others are JSON strings. */
export const NUMBER_FIELDS: ReadonlySet<string> = new Set(["seq_id", "price", "size", "source_version"]);

/** What is wrong with a row, a text for each field, or the row itself. */
export function validateRow(row: Readonly<Record<string, unknown>>): TickRow | readonly string[] {
  const parsed = tickRowSchema.safeParse(row);
  if (parsed.success) return parsed.data;
  return parsed.error.issues.map((issue) => {
    const key = issue.path.join(".");
    const value = row[key];
    return `${key} = ${value === undefined ? "missing" : clip(JSON.stringify(value))}: ${issue.message}`;
  });
}

const clip = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text);
