import { z } from "zod";
import { INTERVAL_NAMES } from "../intervals.ts";
import { createExactBarsParams, exactBars } from "../queries/exactBars.ts";
import { asOf, exactBar, interval, rangeFields, stats, withOrderedRange } from "../schemas.ts";
import { defineRoute } from "./route.ts";

export const bars = defineRoute({
  path: "/bars",
  access: "data",
  summary: "Exact bars, as they are known now or were at a past moment",
  description:
    "Bars of the deduplicated trades, newest first, exchanges merged; a bar is in the range when it begins in it. " +
    "Larger bars are made of one-minute bars. `state` is `provisional` until the lateness bound has passed, `final` then, " +
    "and `corrected` when the bar changed after it was final; `revision` counts its changes.",
  query: withOrderedRange(z.strictObject({ ...rangeFields, interval, as_of: asOf })),
  response: z
    .object({ symbol: z.string(), interval: z.enum(INTERVAL_NAMES), bars: z.array(exactBar), stats })
    .meta({ id: "Bars" }),
  async handle({ warehouse, latenessSeconds, query, signal, requestId }) {
    const params = createExactBarsParams(query, latenessSeconds);
    const { rows, stats } = await warehouse.query(exactBars, params, { signal, requestId });
    return { symbol: query.symbol, interval: query.interval, bars: [...rows], stats };
  },
});
