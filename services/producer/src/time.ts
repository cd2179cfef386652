const ISO_MICROS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{1,6}))?Z$/;

/** What `parseMicros` accepts, for error messages. */
export const ACCEPTED_TIME =
  "accepted: a UTC time such as 2025-11-14T19:25:17.123456Z, at most 6 decimals, years 1900 to 2299";

/**
 * Microseconds since 1970 of an ISO 8601 UTC time, exactly, or undefined when the text is not one.
 * `Date` alone would lose the last three digits and turn 30 February into 2 March.
 */
export function parseMicros(text: string): bigint | undefined {
  const match = ISO_MICROS.exec(text);
  if (match === null) return undefined;
  const ms = secondMs(text.slice(0, 19));
  return ms === undefined ? undefined : BigInt(ms) * 1000n + BigInt((match[1] ?? "").padEnd(6, "0"));
}

let lastSecond: { readonly text: string; readonly ms: number | undefined } = { text: "", ms: undefined };

/**
 * Milliseconds since 1970 of `2025-11-14T19:25:17`, or undefined when the calendar or the clock has no such second.
 * The last answer is kept: neighbouring ticks share their second, and parsing was a quarter of a replay's time.
 */
function secondMs(text: string): number | undefined {
  if (text === lastSecond.text) return lastSecond.ms;
  const date = new Date(`${text}Z`);
  const year = date.getUTCFullYear();
  const exists = year >= 1900 && year <= 2299 && date.toISOString().startsWith(text);
  lastSecond = { text, ms: exists ? date.getTime() : undefined };
  return lastSecond.ms;
}

/** The inverse of `parseMicros`, always with six decimals. */
export function formatMicros(micros: bigint): string {
  const below = ((micros % 1000n) + 1000n) % 1000n;
  const ms = Number((micros - below) / 1000n);
  return `${new Date(ms).toISOString().slice(0, -1)}${below.toString().padStart(3, "0")}Z`;
}

/** The wall clock in microseconds since 1970; its real resolution is the system's. */
export function wallMicros(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000));
}
