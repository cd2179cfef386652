import { parseMicros } from "../time.ts";

/**
 * Microseconds since 1970 of an exchange's event.
 *
 * ccxt rounds times to milliseconds. Where the exchange itself sent more digits they are used: any field of its
 * message that is a time and agrees with ccxt's to the millisecond. Going by agreement, not by a list of field
 * names, covers exchanges nobody listed and can't pick up some other time of the message.
 *
 * @param info what the exchange sent
 * @param timestampMs ccxt's time, milliseconds since 1970
 */
export function eventMicros(info: unknown, timestampMs: number): bigint {
  const rounded = BigInt(Math.trunc(timestampMs)) * 1000n;
  if (typeof info !== "object" || info === null) return rounded;
  for (const value of Object.values(info)) {
    const micros =
      typeof value === "string" || typeof value === "number" ? microsOf(String(value)) : undefined;
    if (micros === undefined) continue;
    const above = micros - rounded;
    // ccxt cuts or rounds, so half a millisecond above or below is the same moment.
    if (above > -1000n && above < 1000n) return micros;
  }
  return rounded;
}

/**
 * A time with more than three decimals of a second, in the forms exchanges use; undefined for anything else.
 *
 *     2025-05-27T11:24:03.847761Z     Kraken, Coinbase
 *     1545896668986123456             KuCoin, nanoseconds
 *     1545896668986123                microseconds
 *     1606292218213.4578              Gate, milliseconds
 *     1541390792.763123               seconds
 */
function microsOf(text: string): bigint | undefined {
  const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{4,6})\d{0,3}(?:Z|\+00:00)$/.exec(text);
  if (iso !== null) return parseMicros(`${iso[1]}Z`);
  if (/^\d{19}$/.test(text)) return BigInt(text) / 1000n;
  if (/^\d{16}$/.test(text)) return BigInt(text);
  const decimal = /^(\d{13}|\d{10})\.(\d{1,9})$/.exec(text);
  if (decimal === null) return undefined;
  const [, whole = "", fraction = ""] = decimal;
  const digits = whole.length === 13 ? 3 : 6;
  if (digits === 6 && fraction.length < 4) return undefined;
  return BigInt(whole + fraction.slice(0, digits).padEnd(digits, "0"));
}
