import type { Answered } from "../api/client.ts";
import { quantile } from "../quantile.ts";

/** One of this page's own queries. */
export interface Query {
  readonly route: string;
  /** When it was answered, milliseconds since 1970. */
  readonly at: number;
  readonly elapsedMs: number;
  readonly roundTripMs: number;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

/** As many queries as are kept; a day at one each 20 s. */
export const KEPT = 5_000;

/** Adds an answer to the history, oldest first; answers that cost ClickHouse nothing are left out. Pure. */
export function noteAnswer(history: readonly Query[], answered: Answered, at: number): readonly Query[] {
  if (answered.stats === undefined) return history;
  const { path, roundTripMs, stats } = answered;
  const { elapsedMs, rowsRead, bytesRead } = stats;
  const query: Query = { route: routeOf(path), at, elapsedMs, roundTripMs, rowsRead, bytesRead };
  return [...history.slice(-(KEPT - 1)), query];
}

/** One dead letter's path holds its place; all of them are one route. */
const routeOf = (path: string): string => path.replace(/^(\/dead-letters)\/\d.*/, "$1/{place}");

/** Figures of one route. */
export interface RouteFigures {
  readonly route: string;
  readonly count: number;
  readonly totalMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly lastMs: number;
  readonly roundTripP50Ms: number;
  /** Of the last query. */
  readonly rowsRead: number;
  readonly bytesRead: number;
}

/** Figures of each route, in the order of the alphabet. Pure. */
export function summarizeRoutes(history: readonly Query[]): readonly RouteFigures[] {
  const routes = [...new Set(history.map(({ route }) => route))].sort();
  return routes.map((route) =>
    figures(
      route,
      history.filter((query) => query.route === route),
    ),
  );
}

function figures(route: string, queries: readonly Query[]): RouteFigures {
  const elapsed = queries.map(({ elapsedMs }) => elapsedMs);
  const last = queries.at(-1);
  return {
    route,
    count: queries.length,
    totalMs: elapsed.reduce((total, ms) => total + ms, 0),
    p50Ms: quantile(elapsed, 0.5),
    p99Ms: quantile(elapsed, 0.99),
    lastMs: last?.elapsedMs ?? Number.NaN,
    roundTripP50Ms: quantile(
      queries.map(({ roundTripMs }) => roundTripMs),
      0.5,
    ),
    rowsRead: last?.rowsRead ?? 0,
    bytesRead: last?.bytesRead ?? 0,
  };
}
