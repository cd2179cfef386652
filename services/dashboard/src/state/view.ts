import { INTERVALS, type Interval } from "../api/types.ts";

export const PAGES = ["chart", "tape", "benchmark", "dedup", "pipeline", "queries"] as const;
export type Page = (typeof PAGES)[number];

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** Everything that the page's URL holds. Times are `2025-11-10T17:23`, UTC; empty is open. */
export interface View {
  readonly page: Page;
  readonly symbol: string;
  readonly interval: Interval;
  readonly from: string;
  readonly to: string;
  /** As the API names them: `sma:20`. */
  readonly indicators: readonly string[];
  /** Bars that a benchmark compares. */
  readonly limit: number;
  /** Runs of a benchmark, 1 to 20. */
  readonly runs: number;
  readonly theme: Theme;
}

export const DEFAULT_VIEW: View = {
  page: "chart",
  symbol: "",
  interval: "1m",
  from: "",
  to: "",
  indicators: ["vwap"],
  limit: 1_000,
  runs: 5,
  theme: "system",
};

const LOCAL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?/;

/** Reads the page's own URL; what is missing or unreadable gets its default. Pure. */
export function readView(search: string): View {
  const query = new URLSearchParams(search);
  const time = (name: string): string => LOCAL_TIME.exec(query.get(name) ?? "")?.[0] ?? "";
  const indicators = query.get("indicators");
  return {
    page: oneOf(PAGES, query.get("page"), DEFAULT_VIEW.page),
    symbol: query.get("symbol") ?? "",
    interval: oneOf(INTERVALS, query.get("interval"), DEFAULT_VIEW.interval),
    from: time("from"),
    to: time("to"),
    indicators: indicators === null ? DEFAULT_VIEW.indicators : indicators.split(",").filter(Boolean),
    limit: count(query.get("limit"), 10_000, DEFAULT_VIEW.limit),
    runs: count(query.get("runs"), 20, DEFAULT_VIEW.runs),
    theme: oneOf(THEMES, query.get("theme"), DEFAULT_VIEW.theme),
  };
}

/** The page's URL for a view, without what is a default. Pure. */
export function writeView(view: View): string {
  const query = new URLSearchParams();
  for (const name of ["page", "symbol", "interval", "from", "to", "limit", "runs", "theme"] as const)
    if (view[name] !== DEFAULT_VIEW[name]) query.set(name, String(view[name]));
  const indicators = view.indicators.join(",");
  if (indicators !== DEFAULT_VIEW.indicators.join(",")) query.set("indicators", indicators);
  // Readable in the address bar; none of these has a meaning in a query.
  return query.size === 0 ? "?" : `?${query}`.replace(/%(?:3A|2F|2C)/g, decodeURIComponent);
}

/** `2025-11-10T17:23` -> `2025-11-10T17:23:00Z`; undefined for an open end. Pure. */
export const toInstant = (local: string): string | undefined =>
  local === "" ? undefined : local.length === 16 ? `${local}:00Z` : `${local}Z`;

const TYPED = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(?::(\d{2}))?Z?)?$/;

/** `2025-11-10 17:23` -> `2025-11-10T17:23`; a date is its midnight, nothing is "", nonsense is undefined. Pure. */
export function parseTime(typed: string): string | undefined {
  const text = typed.trim();
  if (text === "") return "";
  const [, date, minutes = "00:00", seconds] = TYPED.exec(text) ?? [];
  if (date === undefined) return undefined;
  const local = `${date}T${minutes}${seconds === undefined ? "" : `:${seconds}`}`;
  const ms = Date.parse(`${date}T${minutes}:${seconds ?? "00"}Z`);
  // The 31st of a short month is read as another day.
  return Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(local) ? undefined : local;
}

/** `2025-11-10T17:23` -> `2025-11-10 17:23`. Pure. */
export const showTime = (local: string): string => local.replace("T", " ");

/** The input's value that lies some hours before an instant, at the whole minute. Pure. */
export function hoursBefore(iso: string, hours: number): string {
  const ms = Date.parse(iso) - hours * 3_600_000;
  return Number.isNaN(ms) ? "" : new Date(ms).toISOString().slice(0, 16);
}

function oneOf<Name extends string>(names: readonly Name[], text: string | null, fallback: Name): Name {
  return names.find((name) => name === text) ?? fallback;
}

function count(text: string | null, max: number, fallback: number): number {
  const value = Number(text ?? fallback);
  return Number.isInteger(value) && value >= 1 && value <= max ? value : fallback;
}
