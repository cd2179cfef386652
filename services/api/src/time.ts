/** ClickHouse's DateTime holds 1970-01-01 00:00:00 to 2106-02-07 06:28:15: these stand for "no bound". */
export const FIRST_MINUTE = "1970-01-01 00:00:00";
export const AFTER_LAST_MINUTE = "2106-02-07 06:28:00";

/** Instants that ClickHouse's DateTime can hold with a margin: 1970 to the end of 2105, in microseconds. */
const MAX_MICROS = Date.UTC(2106, 0, 1) * 1000;

/** `2025-11-10T17:23:00.123456Z`, `2025-11-10T18:23+01:00`, `2025-11-10` */
const ISO =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:T(?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d)(?::(?<second>[0-5]\d)(?:\.(?<fraction>\d{1,6}))?)?(?<zone>Z|[+\- ](?:[01]\d|2[0-3]):[0-5]\d))?$/;

/** What {@link parseInstant} takes, for messages. */
export const ACCEPTED_INSTANT =
  "an ISO 8601 time with Z or an offset (2025-11-10T17:23:00Z) or a date (2025-11-10, midnight UTC), from 1970 to 2105";

/**
 * Microseconds since 1970 of an ISO 8601 time or date; undefined when it is not one that is accepted.
 * Unlike `Date.parse` it needs a zone, keeps microseconds and refuses February 30th. A blank stands for the
 * `+` of an offset, which is what an unencoded `+` in a query string becomes.
 */
export function parseInstant(text: string): number | undefined {
  const groups = ISO.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const {
    year = "",
    month = "",
    day = "",
    hour = "00",
    minute = "00",
    second = "00",
    fraction = "",
    zone = "Z",
  } = groups;
  const dayMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (new Date(dayMs).toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return undefined;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offsetSeconds(zone);
  const micros = dayMs * 1000 + seconds * 1_000_000 + Number(fraction.padEnd(6, "0"));
  return micros >= 0 && micros < MAX_MICROS ? micros : undefined;
}

/** `+01:30` -> 5400, `Z` -> 0 */
function offsetSeconds(zone: string): number {
  if (zone === "Z") return 0;
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(4, 6)) * 60;
  return zone.startsWith("-") ? -seconds : seconds;
}

/** The first start of a bar at or after an instant, as ClickHouse writes a DateTime in UTC. */
export function startAtOrAfter(micros: number, seconds: number): string {
  const ms = Math.ceil(micros / (seconds * 1_000_000)) * seconds * 1_000;
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

/** An instant as ClickHouse writes a DateTime64(6) in UTC. */
export function dateTimeMicros(micros: number): string {
  const text = new Date(Math.floor(micros / 1_000)).toISOString().slice(0, 23).replace("T", " ");
  return `${text}${String(micros % 1_000).padStart(3, "0")}`;
}

/** `2025-11-10T17:23:00.123456Z` */
export const isoMicrosOf = (micros: number): string => `${dateTimeMicros(micros).replace(" ", "T")}Z`;
