const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat("en-US", {
  style: "percent",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** `1,050,000`; 64-bit counts come as texts and keep every digit. */
export const formatCount = (count: number | string): string =>
  typeof count === "string" && /^-?\d+$/.test(count)
    ? BigInt(count).toLocaleString("en-US")
    : whole.format(Number(count));

/** `4.76%` */
export const formatShare = (part: number): string => percent.format(part);

/** `1.24M`; small volumes keep their digits. */
export const formatVolume = (volume: number): string =>
  Math.abs(volume) >= 10_000 ? compact.format(volume) : trimmed(volume);

/** Six digits that count, without an exponent for anything a market trades: `0.00012`. */
const trimmed = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-6
    ? value.toFixed(12).replace(/0+$/, "")
    : String(Number(value.toPrecision(6)));

/** A figure of unknown size, four digits that count: `0.01235`, `12.35`, `1,235`; `1.235e-7` for what is tiny. */
export function formatFigure(value: number): string {
  const size = Math.abs(value);
  if (size >= 1_000) return whole.format(value);
  if (size !== 0 && size < 1e-4) return value.toExponential(3);
  return String(Number(value.toPrecision(4)));
}

/** `0.42 ms`, `12.3 ms`, `1.24 s`, `4 min 10 s`, `3 h 20 min`, `12 d` */
export function formatMs(ms: number): string {
  if (!Number.isFinite(ms)) return "–";
  if (ms >= 172_800_000) return `${whole.format(ms / 86_400_000)} d`;
  if (ms >= 3_600_000) return `${Math.floor(ms / 3_600_000)} h ${Math.floor((ms % 3_600_000) / 60_000)} min`;
  if (ms >= 60_000) return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1_000)} s`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`;
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

/** `1,234 rows/s`, `0.42 rows/s` */
export const formatRate = (rate: number): string =>
  `${rate >= 100 ? whole.format(rate) : String(Number(rate.toFixed(rate >= 10 ? 1 : 2)))} rows/s`;

/** `2025-11-10T17:23:00Z` -> `2025-11-10 17:23` */
export const formatMinute = (time: string): string => time.slice(0, 16).replace("T", " ");

/** `2025-11-10T17:23:00.123456Z` -> `2025-11-10 17:23:00` */
export const formatSecond = (time: string): string => time.slice(0, 19).replace("T", " ");

/** `2025-11-10T17:23:00.123456Z` -> `17:23:00.123` */
export const formatClock = (time: string): string => time.slice(11, 23).replace(/Z$/, "");

/** Decimals that these prices need, 2 to 8: the tick size is not part of the data. */
export function priceDecimals(prices: readonly number[]): number {
  const needed = prices.slice(-50).map((price) => String(price).split(".")[1]?.length ?? 0);
  return Math.min(8, Math.max(2, ...needed));
}

const priceFormats = new Map<number, Intl.NumberFormat>();

/** `103,412.50` */
export function formatPrice(price: number, decimals: number): string {
  let format = priceFormats.get(decimals);
  if (format === undefined) {
    // A formatter takes 50 µs to make; a tape makes thousands of prices.
    format = new Intl.NumberFormat("en-US", {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    priceFormats.set(decimals, format);
  }
  return format.format(price);
}

/** `+12.50` / `-0.30`, with the sign said. */
export const signed = (text: string, value: number): string => (value > 0 ? `+${text}` : text);
