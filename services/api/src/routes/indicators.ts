import { z } from "zod";
import { BLOCK_INTERVALS, barsBefore, computeIndicator } from "../indicators/compute.ts";
import { DEFINITIONS, type IndicatorValue, WARM_UP_PERIODS } from "../indicators/definitions.ts";
import { ACCEPTED_INDICATORS, INDICATORS_PATTERN, parseIndicators } from "../indicators/parse.ts";
import { readBarsWithWarmUp, readExactBars } from "../indicators/readBars.ts";
import { INTERVAL_NAMES } from "../intervals.ts";
import { interval, once, rangeFields, shown, stats, withOrderedRange } from "../schemas.ts";
import { exchange } from "../tables/fields.ts";
import { defineRoute } from "./route.ts";

const indicatorsParameter = z
  .string({ error: once(ACCEPTED_INDICATORS) })
  .transform((text, context) => {
    const parsed = parseIndicators(text);
    if ("indicators" in parsed) return parsed.indicators;
    context.addIssue({ code: "custom", message: parsed.problem });
    return z.NEVER;
  })
  .meta({
    description: "Indicators and their periods, separated by commas, at most 10.",
    ...shown({ type: "string", pattern: INDICATORS_PATTERN }),
    examples: ["sma:20,ema:20,rsi:14,bollinger:20:2,macd:12:26:9,atr:14,vwap,rolling_vwap:20"],
  });

const bands = z.object({ lower: z.number(), middle: z.number(), upper: z.number() }).meta({ id: "Bands" });
const macd = z.object({ macd: z.number(), signal: z.number(), histogram: z.number() }).meta({ id: "Macd" });

const point = z
  .object({
    time: z.string().meta({ format: "date-time", description: "Start of the bar, UTC." }),
    close: z.number(),
    values: z.record(z.string(), z.union([z.number(), bands, macd, z.null()])).meta({
      description: "By name, as asked for; null before there are enough bars.",
    }),
  })
  .meta({ id: "IndicatorPoint" });

const formulas = Object.values(DEFINITIONS)
  .map(({ usage, formula, source }) => `- \`${usage}\`: ${formula}. ${source}.`)
  .join("\n");

export const indicators = defineRoute({
  path: "/indicators",
  access: "data",
  summary: "Technical indicators over exact bars",
  description:
    "Over the bars of `/bars` as they are known now, newest first; a minute without a trade has no bar and is skipped. C, H, L and V are a bar's " +
    "close, high, low and volume.\n\n" +
    `${formulas}\n\n` +
    "The value at a bar depends on bars alone, to the last bit, and not on `from`, `to` or `limit`: the bars that it needs " +
    "before the range are read too. `ema`, `rsi`, `macd` and `atr`, which depend on every bar before, begin anew at each block of " +
    `${BLOCK_INTERVALS} intervals since 1970 (with \`1m\` at each midnight UTC): from ${WARM_UP_PERIODS} periods of bars before the block's first bar (of \`macd\`, ` +
    `${WARM_UP_PERIODS} times slow + signal), or from the first bar there is. What came before these weighs less than 1e-13.`,
  query: withOrderedRange(
    z.strictObject({ ...rangeFields, exchange, interval, indicators: indicatorsParameter }),
  ),
  response: z
    .object({
      symbol: z.string(),
      interval: z.enum(INTERVAL_NAMES),
      indicators: z.array(z.string()),
      points: z.array(point),
      stats,
    })
    .meta({ id: "Indicators" }),
  async handle({ warehouse, latenessSeconds, query, signal, requestId }) {
    const read = readExactBars(warehouse, latenessSeconds, { signal, requestId });
    const { bars, first, stats } = await readBarsWithWarmUp(read, query, barsBefore(query.indicators));
    const values: IndicatorValue[][] = [];
    for (const indicator of query.indicators)
      values.push(await computeIndicator(indicator, bars, first, query.interval));
    const names = query.indicators.map(({ name }) => name);
    const points = bars.slice(first).map(({ time, close }, index) => ({
      time,
      close,
      values: Object.fromEntries(names.map((name, column) => [name, values[column]?.[index] ?? null])),
    }));
    return {
      symbol: query.symbol,
      interval: query.interval,
      indicators: names,
      points: points.reverse(),
      stats,
    };
  },
});
