/** What the page shows. Times are what a datetime-local input holds, `2025-11-10T17:23`, read as UTC; empty is open. */
export interface Inputs {
  readonly symbol: string;
  readonly from: string;
  readonly to: string;
  readonly limit: number;
}

export const DEFAULT_LIMIT = 500;

const LOCAL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** Reads the page's own URL; what is missing or unreadable gets its default. */
export function readInputs(search: string): Inputs {
  const query = new URLSearchParams(search);
  const limit = Number(query.get("limit") ?? DEFAULT_LIMIT);
  return {
    symbol: query.get("symbol") ?? "",
    from: LOCAL_TIME.exec(query.get("from") ?? "")?.[0] ?? "",
    to: LOCAL_TIME.exec(query.get("to") ?? "")?.[0] ?? "",
    limit: Number.isInteger(limit) && limit > 0 ? limit : DEFAULT_LIMIT,
  };
}

/** The page's URL for these inputs, without what is a default. */
export function writeInputs({ symbol, from, to, limit }: Inputs): string {
  const query = new URLSearchParams();
  if (symbol !== "") query.set("symbol", symbol);
  if (from !== "") query.set("from", from);
  if (to !== "") query.set("to", to);
  if (limit !== DEFAULT_LIMIT) query.set("limit", String(limit));
  return query.size === 0 ? "?" : `?${query}`.replaceAll("%3A", ":").replaceAll("%2F", "/");
}

/** The API's parameters for these inputs. */
export function toParameters({
  symbol,
  from,
  to,
  limit,
}: Inputs): Record<"symbol" | "from" | "to" | "limit", string | number | undefined> {
  return { symbol, from: toIso(from), to: toIso(to), limit };
}

/** `2025-11-10T17:23` -> `2025-11-10T17:23:00Z` */
const toIso = (local: string): string | undefined => (local === "" ? undefined : `${local.slice(0, 16)}:00Z`);

/** The input's value that lies some hours before an instant, at the whole minute. */
export function hoursBefore(iso: string, hours: number): string {
  const ms = Date.parse(iso) - hours * 3_600_000;
  return Number.isNaN(ms) ? "" : new Date(ms).toISOString().slice(0, 16);
}
