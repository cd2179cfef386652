import { z } from "zod";
import { INTERVAL_NAMES } from "../intervals.ts";
import { ACCEPTED_SYMBOL, interval, once, SYMBOL, shown } from "../schemas.ts";
import { exactBar } from "../tables/barSchema.ts";
import { tickFields } from "../tables/tickSchema.ts";
import { parseCursor } from "./cursor.ts";

export const MAX_SYMBOLS_OF_A_STREAM = 20;

const list = (text: string): string[] => [...new Set(text.split(",").map((entry) => entry.trim()))];

const ACCEPTED_SYMBOLS = `1 to ${MAX_SYMBOLS_OF_A_STREAM} symbols, comma-separated, each of ${ACCEPTED_SYMBOL}`;

const symbols = z
  .string({ error: once(ACCEPTED_SYMBOLS) })
  .transform(list)
  .refine(
    (names) => names.length <= MAX_SYMBOLS_OF_A_STREAM && names.every((name) => SYMBOL.test(name)),
    ACCEPTED_SYMBOLS,
  )
  .meta({
    description: `${ACCEPTED_SYMBOLS}.`,
    ...shown({ type: "string", pattern: "^[A-Za-z0-9._:/-]{1,32}(,[A-Za-z0-9._:/-]{1,32}){0,19}$" }),
    examples: ["AAPL,MSFT"],
  });

export const CHANNELS = ["ticks", "bars"] as const;
export type Channel = (typeof CHANNELS)[number];
const ACCEPTED_CHANNELS = "ticks, bars, or both, comma-separated";

const channels = z
  .string({ error: once(ACCEPTED_CHANNELS) })
  .default(CHANNELS.join(","))
  .transform(list)
  .pipe(z.array(z.enum(CHANNELS), ACCEPTED_CHANNELS))
  .meta({
    description: "What to send.",
    ...shown({ type: "string", enum: ["ticks", "bars", "ticks,bars", "bars,ticks"], default: "ticks,bars" }),
  });

export const ACCEPTED_EVENT_ID = "the id of an event of this stream, as it was sent";

/** Where to go on; undefined where the text is no id. */
export const eventId = z.string({ error: once(ACCEPTED_EVENT_ID) }).transform((text, context) => {
  const cursor = parseCursor(text);
  if (cursor !== undefined) return cursor;
  context.addIssue({ code: "custom", message: ACCEPTED_EVENT_ID });
  return z.NEVER;
});

export const streamQuery = z.strictObject({
  symbol: symbols,
  channels,
  interval,
  lastEventId: eventId.optional().meta({
    description:
      "Goes on behind this event, however old it is. The header Last-Event-ID, which browsers send by themselves, wins.",
    ...shown({ type: "string", maxLength: 16_384 }),
  }),
});

/** The data of an event `tick`. */
export const streamTick = z.object({ symbol: z.string(), ...tickFields }).meta({
  id: "StreamTick",
  description: "Data of an event `tick`: every tick as it came, in Kafka's order.",
});

/** The data of an event `bar`. */
export const streamBar = exactBar
  .omit({ notional: true })
  .extend({
    symbol: z.string(),
    interval: z.enum(INTERVAL_NAMES),
    volume: z.number(),
    buyVolume: z.number(),
    sellVolume: z.number(),
  })
  .meta({
    id: "StreamBar",
    description: "Data of an event `bar`: the bar of `/bars`, each time it changes.",
  });

/** The data of an event `end`. */
export const streamEnd = z
  .object({ code: z.enum(["too_slow", "draining", "failed"]), detail: z.string() })
  .meta({
    id: "StreamEnd",
    description: "Data of an event `end`, the last one of a stream that the server closes.",
  });
