import { z } from "zod";
import { INTERVAL_NAMES } from "./intervals.ts";
import { ACCEPTED_INSTANT, parseInstant } from "./time.ts";

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 10_000;

/** Shows a parameter in OpenAPI as something else than the string it is in a URL. */
type Shown = { readonly openapi: Readonly<Record<string, unknown>> };
export const shown = (openapi: Shown["openapi"]): Shown => ({ openapi });

/** A repeated parameter arrives as an array, which no schema here takes. */
export const once = (accepted: string) => (issue: { readonly input?: unknown }) =>
  Array.isArray(issue.input) ? `given once: ${accepted}` : accepted;

export const ACCEPTED_SYMBOL = "1 to 32 letters, digits or . _ : / -";
export const SYMBOL = /^[A-Za-z0-9._:/-]{1,32}$/;

export const symbol = z
  .string({ error: once(ACCEPTED_SYMBOL) })
  .regex(SYMBOL, ACCEPTED_SYMBOL)
  .meta({ description: "Symbol as the exchange names it.", examples: ["AAPL"] });

const ACCEPTED_LIMIT = `a whole number from 1 to ${MAX_LIMIT}`;

export const limit = z
  .string({ error: once(ACCEPTED_LIMIT) })
  .regex(/^\d{1,9}$/, ACCEPTED_LIMIT)
  .transform(Number)
  .refine((count) => count >= 1 && count <= MAX_LIMIT, ACCEPTED_LIMIT)
  .default(DEFAULT_LIMIT)
  .meta({
    description: "At most this many, the newest.",
    ...shown({ type: "integer", minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT }),
  });

/** An instant in microseconds since 1970. */
const instant = z.string({ error: once(ACCEPTED_INSTANT) }).transform((text, context) => {
  const micros = parseInstant(text);
  if (micros !== undefined) return micros;
  context.addIssue({ code: "custom", message: ACCEPTED_INSTANT });
  return z.NEVER;
});

const shownInstant = {
  ...shown({
    anyOf: [
      { type: "string", format: "date-time" },
      { type: "string", format: "date" },
    ],
  }),
  examples: ["2025-11-10T17:23:00Z"],
};

export const from = instant
  .optional()
  .meta({ description: "First minute that counts; a time with zone, or a date.", ...shownInstant });
export const to = instant
  .optional()
  .meta({ description: "The first minute that no longer counts.", ...shownInstant });

export const symbolQuery = z.strictObject({ symbol });

const ACCEPTED_INTERVAL = INTERVAL_NAMES.join(", ");

export const interval = z
  .enum(INTERVAL_NAMES, { error: once(ACCEPTED_INTERVAL) })
  .default("1m")
  .meta({ description: "Length of a bar." });

export const asOf = instant
  .optional()
  .meta({ description: "What was known at this moment; now when it is left out.", ...shownInstant });

export const rangeFields = { symbol, from, to, limit };

/** A query with from and to, which must be in order. */
export const withOrderedRange = <Q extends z.ZodObject>(query: Q): Q =>
  query.refine(({ from, to }) => from === undefined || to === undefined || Number(from) < Number(to), {
    path: ["to"],
    error: "a time after from",
    // Other wrong parameters must not hide this one; without both bounds there is nothing to compare.
    when: ({ value }) =>
      typeof value === "object" && value !== null && isNumber(value, "from") && isNumber(value, "to"),
  });

export const rangeQuery = withOrderedRange(z.strictObject(rangeFields));

const isNumber = (value: object, key: string): boolean => typeof Reflect.get(value, key) === "number";

export const stats = z
  .object({
    elapsedMs: z.number().meta({ description: "Time inside ClickHouse, milliseconds." }),
    rowsRead: z.int().meta({ description: "Rows read, over all shards." }),
    bytesRead: z.int().meta({ description: "Bytes read, uncompressed." }),
  })
  .meta({ id: "Stats", description: "What ClickHouse says the query cost." });

export const bar = z
  .object({
    minute: z.string().meta({
      format: "date-time",
      description: "Start of the minute, UTC.",
      examples: ["2025-11-10T17:23:00Z"],
    }),
    open: z.number(),
    high: z.number(),
    low: z.number(),
    close: z.number(),
    volume: z.number().meta({ description: "Units traded." }),
    vwap: z.number().meta({ description: "Volume-weighted average price." }),
  })
  .meta({ id: "Bar" });
