import { z } from "zod";
import { INTERVAL_NAMES } from "../intervals.ts";
import { barsFingerprint, exactBars } from "../queries/exactBars.ts";
import { asOf, from, interval, once, symbol, to, withOrderedRange } from "../schemas.ts";
import { exactBar } from "../tables/barSchema.ts";
import { exchange, pageFields } from "../tables/fields.ts";
import { boundParams } from "../tables/keyset.ts";
import { defineTable } from "../tables/table.ts";

const decimals = z
  .enum(["double", "string"], { error: once("double, string") })
  .default("double")
  .meta({
    description: "double: sums as the nearest double. string: with all their digits, and `notional` too.",
  });

/** A bar that was computed before a moment can be read this long after it at the latest. */
const SETTLED_MS = 60_000;

export const bars = defineTable({
  path: "/bars",
  summary: "Exact bars, as they are known now or were at a past moment",
  description:
    "Bars of the deduplicated trades, newest first, exchanges merged unless one is named; a bar is in the range when it " +
    "begins in it. Larger bars are made of one-minute bars. `state` is `provisional` until the lateness bound has passed, " +
    "`final` then, and `corrected` when the bar changed after it was final; `revision` counts its changes. The ETag is that " +
    "of the page's revisions and states; an answer as of a moment over a minute ago never changes.",
  query: withOrderedRange(
    z.strictObject({ symbol, exchange, interval, from, to, as_of: asOf, decimals, ...pageFields }),
  ),
  name: "Bars",
  head: z.object({ symbol: z.string(), interval: z.enum(INTERVAL_NAMES) }),
  list: "bars",
  row: exactBar,
  revalidated: true,
  plan({ query, latenessSeconds, warehouse, signal, requestId }) {
    const filter = { ...query, latenessSeconds };
    const paged = exactBars(filter);
    return {
      head: { symbol: query.symbol, interval: query.interval },
      paged,
      immutable: query.as_of !== undefined && query.as_of / 1000 < Date.now() - SETTLED_MS,
      async fingerprint({ bounds }) {
        const params = { ...paged.params, ...boundParams(bounds) };
        const { rows } = await warehouse.query(barsFingerprint(filter, bounds), params, {
          signal,
          requestId,
        });
        return rows[0]?.fingerprint ?? "";
      },
    };
  },
});
