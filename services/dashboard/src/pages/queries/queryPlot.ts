import type { AlignedData } from "uplot";
import type { Query, RouteFigures } from "../../state/history.ts";

/** Queries that the chart shows at most: the newest. */
export const PLOTTED = 1_000;

/** Routes that have a colour of their own. */
const COLOURED = 6;

/** The routes on which ClickHouse spent most time, the costliest first. Pure. */
export const costliestRoutes = (routes: readonly RouteFigures[]): readonly string[] =>
  routes
    .toSorted((a, b) => b.totalMs - a.totalMs)
    .slice(0, COLOURED)
    .map(({ route }) => route);

/** One list a route, and one of all other routes, over the common times, with gaps where another route answered. Pure. */
export function createQueryPlot(
  history: readonly Query[],
  routes: readonly string[],
  field: "elapsedMs" | "roundTripMs" | "rowsRead" | "bytesRead",
): AlignedData {
  // A logarithm has no place for zero, and the axis needs rising times.
  const shown = history.slice(-PLOTTED).filter((query) => query[field] > 0);
  const values = (belongs: (query: Query) => boolean) =>
    shown.map((query) => (belongs(query) ? query[field] : null));
  return [
    shown.map(({ at }) => at / 1_000),
    ...routes.map((route) => values((query) => query.route === route)),
    values((query) => !routes.includes(query.route)),
  ];
}
