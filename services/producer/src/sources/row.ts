import { NUMBER_FIELDS, TICK_FIELDS, type TickRow, validateRow } from "../tickSchema.ts";
import { formatMicros, parseMicros } from "../time.ts";
import { fieldSpans, type Span } from "./jsonSpans.ts";

/** A row of a file that is a tick, and how to write it with its own or another event time. */
export interface GoodRow {
  readonly ok: true;
  readonly symbol: string;
  readonly kind: string;
  eventMicros(): bigint;
  /** As JSON on one line. Values that don't change stand exactly as they stood in the file. */
  text(eventMicros?: bigint): string;
}

/** A row that is not a tick. */
export interface BadRow {
  readonly ok: false;
  /** One text for each wrong field: field, value, what is accepted. */
  readonly problems: readonly string[];
  /** Its symbol, where that can be told. */
  readonly symbol: string | null;
}

/** A line of JSON lines. */
export function readJsonRow(line: string): GoodRow | BadRow {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    return { ok: false, problems: [`row = ${clip(line)}: accepted: one JSON object a line`], symbol: null };
  }
  const fields: Record<string, unknown> = { ...parsed };
  const spans = fieldSpans(line);
  for (const name of NUMBER_FIELDS) {
    const span = spans.get(name);
    // The text of the number, which JSON.parse may have rounded; a string keeps its quotes and is refused.
    if (span !== undefined) fields[name] = line.slice(...span);
  }
  return checked(fields, (_row, micros) => {
    const span = spans.get("event_time");
    return micros === undefined || span === undefined ? line : replaceTime(line, span, micros);
  });
}

/** A record of a CSV file, by column name. */
export function readCsvRow(cells: Readonly<Record<string, string>>): GoodRow | BadRow {
  return checked(cells, (row, micros) => {
    const time = micros === undefined ? row.event_time : formatMicros(micros);
    const value = (name: keyof TickRow): string =>
      NUMBER_FIELDS.has(name) ? row[name] : JSON.stringify(name === "event_time" ? time : row[name]);
    return `{${TICK_FIELDS.map((name) => `"${name}":${value(name)}`).join(",")}}`;
  });
}

function checked(
  fields: Readonly<Record<string, unknown>>,
  write: (row: TickRow, eventMicros?: bigint) => string,
): GoodRow | BadRow {
  const row = validateRow(fields);
  const symbol = typeof fields["symbol"] === "string" && fields["symbol"] !== "" ? fields["symbol"] : null;
  if (!("symbol" in row)) return { ok: false, problems: row, symbol };
  return {
    ok: true,
    symbol: row.symbol,
    kind: row.event_type,
    eventMicros: () => parseMicros(row.event_time) ?? 0n,
    text: (micros) => write(row, micros),
  };
}

function replaceTime(line: string, [start, end]: Span, micros: bigint): string {
  return `${line.slice(0, start)}"${formatMicros(micros)}"${line.slice(end)}`;
}

const clip = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text);

/** One row of a file, read and checked. */
export interface FileRow {
  /** Line number, from 1. */
  readonly number: number;
  /** The text of the row in the file. */
  readonly source: string;
  readonly row: GoodRow | BadRow;
}
