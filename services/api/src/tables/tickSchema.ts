import { z } from "zod";
import { EVENT_TYPES } from "./fields.ts";

export const microseconds = (description: string) => z.string().meta({ format: "date-time", description });

/** A whole number of 64 bits: a string in JSON, UInt64 in Arrow and Parquet. */
export const uint64 = (description: string) =>
  z
    .string()
    .regex(/^\d{1,20}$/)
    .meta({ description });

export const tickFields = {
  exchange: z.string().meta({ description: "Venue code.", examples: ["XNAS"] }),
  eventTime: microseconds("When the venue says it happened; UTC, microseconds."),
  seqId: uint64("The venue's own number of the event; 64 bits."),
  eventType: z.enum(EVENT_TYPES),
  price: z.number().meta({ description: "Quote currency for one unit." }),
  size: z.number().meta({ description: "Units; 0 busts a trade and removes a book level." }),
  side: z
    .enum(["unknown", "buy", "sell"])
    .meta({ description: "Aggressor of a trade; buy is bid and sell is ask of a quote or level." }),
  sourceVersion: z.int().meta({ description: "1 at first; a higher one corrects." }),
  ingestTime: microseconds("When the warehouse took it from Kafka; UTC, microseconds."),
  kafkaPartition: z.int(),
  kafkaOffset: uint64("Offset of its message; 64 bits."),
  kafkaLine: z.int().meta({ description: "Its line in the message, from 0." }),
  replayOf: z.string().meta({ description: "Place of the dead letter that was sent again; empty for most." }),
};
