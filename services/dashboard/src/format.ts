import type { Bar } from "./api.ts";

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 });
const share = new Intl.NumberFormat("en-US", {
  style: "percent",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** `1,050,000` */
export const formatCount = (count: number): string => whole.format(count);

/** `4.76%` */
export const formatShare = (part: number): string => share.format(part);

/** `1.24M`; small volumes keep their digits. */
export const formatVolume = (volume: number): string =>
  Math.abs(volume) >= 10_000 ? compact.format(volume) : String(Number(volume.toPrecision(6)));

/** `0.42 ms`, `12.3 ms`, `1.24 s` */
export function formatMs(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms.toFixed(ms >= 100 ? 0 : ms >= 10 ? 1 : 2)} ms`;
}

const BYTE_UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/** `42.7 MB`, decimal units. */
export function formatBytes(bytes: number): string {
  const power = Math.min(BYTE_UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** power;
  return `${power === 0 ? amount : amount.toFixed(amount >= 100 ? 0 : 1)} ${BYTE_UNITS[power]}`;
}

/** `16.3×`; a dash where there is nothing to divide by. */
export function formatRatio(ratio: number): string {
  if (!Number.isFinite(ratio)) return "–";
  return `${ratio >= 100 ? whole.format(ratio) : ratio.toFixed(ratio >= 10 ? 1 : 2)}×`;
}

/** `2025-11-10T17:23:00Z` -> `2025-11-10 17:23` */
export const formatMinute = (minute: string): string => minute.slice(0, 16).replace("T", " ");

/** Decimals that the last closes need, 2 to 8: the tick size is not part of the data. */
export function priceDecimals(bars: readonly Bar[]): number {
  const recent = bars.slice(-50).map(({ close }) => String(close).split(".")[1]?.length ?? 0);
  return Math.min(8, Math.max(2, ...recent));
}

/** `103,412.50` */
export const formatPrice = (price: number, decimals: number): string =>
  price.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
