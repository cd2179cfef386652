import { z } from "zod";
import { microseconds } from "./tickSchema.ts";

/** Exact to 18 digits behind the point where it is a string. */
const sum = (description: string) =>
  z.union([z.number(), z.string().regex(/^\d+(\.\d+)?$/)]).meta({ description });

/** A bar of `/bars`. */
export const exactBar = z
  .object({
    time: z.string().meta({
      format: "date-time",
      description: "Start of the bar, UTC.",
      examples: ["2025-11-10T17:23:00Z"],
    }),
    open: z.number(),
    high: z.number(),
    low: z.number(),
    close: z.number(),
    volume: sum("Units traded."),
    vwap: z.number().meta({ description: "Volume-weighted average price." }),
    trades: z.int().meta({ description: "Number of trades." }),
    buyVolume: sum("Units of trades whose aggressor bought."),
    sellVolume: sum("Units of trades whose aggressor sold."),
    state: z.enum(["provisional", "final", "corrected"]).meta({
      description:
        "provisional: it may still change. final: the lateness bound has passed. corrected: it changed after that.",
    }),
    revision: z.int().meta({ description: "How many times it became another bar; 1 at first." }),
    knownAt: microseconds("When it changed last; UTC, microseconds."),
    notional: z
      .string()
      .optional()
      .meta({ description: "The sum of price times units, with all its digits; with decimals=string only." }),
  })
  .meta({ id: "ExactBar" });
