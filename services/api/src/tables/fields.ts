import { z } from "zod";
import { DEFAULT_LIMIT, from, once, shown, symbol, to } from "../schemas.ts";
import { FORMAT_NAMES, FORMATS, MAX_ROWS } from "./formats.ts";

const ACCEPTED_LIMIT = `a whole number from 1 to ${FORMATS.json.maxRows} in JSON, to ${MAX_ROWS} in the other formats`;

const limit = z
  .string({ error: once(ACCEPTED_LIMIT) })
  .regex(/^\d{1,9}$/, ACCEPTED_LIMIT)
  .transform(Number)
  .refine((count) => count >= 1 && count <= MAX_ROWS, ACCEPTED_LIMIT)
  .default(DEFAULT_LIMIT)
  .meta({
    description: `Rows of a page; at most ${FORMATS.json.maxRows} in JSON. A row that comes late into a page that is being read may come on top.`,
    ...shown({ type: "integer", minimum: 1, maximum: MAX_ROWS, default: DEFAULT_LIMIT }),
  });

const cursor = z
  .string({ error: once("`next` of an answer") })
  .regex(/^[A-Za-z0-9_-]{1,2048}$/, "`next` of an answer")
  .optional()
  .meta({
    description: "Where the page begins: `next` of the page before. Rows that arrive meanwhile move nothing.",
  });

const order = z
  .enum(["desc", "asc"], { error: once("desc, asc") })
  .default("desc")
  .meta({ description: "desc: the newest first." });

const format = z
  .enum(FORMAT_NAMES, { error: once(FORMAT_NAMES.join(", ")) })
  .optional()
  .meta({ description: "Form of the answer; without it, the Accept header's." });

/** What every table takes besides its own parameters. */
export const pageFields = { order, limit, cursor, format };

const ACCEPTED_EXCHANGE = "1 to 128 characters without control characters, as the ticks name it";

export const exchange = z
  .string({ error: once(ACCEPTED_EXCHANGE) })
  .regex(/^[ -~\u00a0-\uffff]{1,128}$/, ACCEPTED_EXCHANGE)
  .optional()
  .meta({ description: "Only this venue.", examples: ["XNAS"] });

export const EVENT_TYPES = ["trade", "quote", "book"] as const;

export const eventType = z
  .enum(EVENT_TYPES, { error: once(EVENT_TYPES.join(", ")) })
  .optional()
  .meta({ description: "Only ticks of this type." });

/** true or false, false when it is left out. */
export const flag = (description: string) =>
  z
    .enum(["true", "false"], { error: once("true, false") })
    .default("false")
    .transform((text) => text === "true")
    .meta({ description, ...shown({ type: "boolean", default: false }) });

/** What narrows the ticks of a symbol by the time of the event. */
export const tickRange = {
  symbol,
  exchange,
  from: from.meta({ description: "First event time that counts." }),
  to: to.meta({ description: "The first event time that no longer counts." }),
};
