import {
  CompressionType,
  compressionRegistry,
  DataType,
  type Table,
  TimeUnit,
  tableFromIPC,
  type Vector,
} from "apache-arrow";
import { parse as parseCsv } from "csv-parse/sync";
import { parquetReadObjects } from "hyparquet";
import { compressors, decompressZstd } from "hyparquet-compressors";

/** A row as every format must tell it: moments in microseconds since 1970, 64-bit numbers whole. */
export type Row = Readonly<Record<string, string | number | bigint | null>>;

const MOMENTS = new Set(["eventTime", "ingestTime", "time", "knownAt"]);
const WHOLE = new Set(["seqId", "kafkaOffset"]);
const TEXTS = new Set(["exchange", "eventType", "side", "replayOf", "reason", "state"]);

/** `2025-11-14T19:25:17.123456Z`, or without a fraction. */
export function microsOf(iso: string): bigint {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{6}))?Z$/.exec(iso);
  if (match === null) throw new Error(`no time in UTC: ${iso}`);
  return BigInt(Date.parse(`${match[1]}Z`)) * 1_000n + BigInt(match[2] ?? 0);
}

/** Rows of a JSON answer, as a client has them after JSON.parse. */
export const rowsOfJson = (rows: readonly Readonly<Record<string, string | number | null>>[]): Row[] =>
  rows.map((row) =>
    mapRow(row, (name, value) => {
      if (MOMENTS.has(name)) return microsOf(String(value));
      if (!WHOLE.has(name)) return value;
      if (typeof value !== "string") throw new Error(`${name} is no string in JSON: ${value}`);
      return BigInt(value);
    }),
  );

/** `decimals`: columns that hold sums with all their digits. */
export function rowsOfCsv(text: string, decimals: readonly string[] = []): Row[] {
  const rows = parseCsv(text, { columns: true }) as Record<string, string>[];
  return rows.map((row) =>
    mapRow(row, (name, value) => {
      if (MOMENTS.has(name)) return microsOf(value);
      if (WHOLE.has(name)) return BigInt(value);
      if (TEXTS.has(name) || decimals.includes(name)) return value;
      return value === "" ? null : Number(value);
    }),
  );
}

// A copy, since Arrow wants its numbers at multiples of their size.
compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => new Uint8Array(decompressZstd(bytes)) });

/** Reads the numbers behind the rows: the library's own view of a timestamp is a double of milliseconds. */
export function rowsOfArrow(bytes: Uint8Array): Row[] {
  const table: Table = tableFromIPC(bytes);
  const columns = table.schema.fields.map(({ name }) => [name, valuesOf(table.getChild(name))] as const);
  return Array.from({ length: table.numRows }, (_, index) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[index] ?? null])),
  );
}

const MICROS: Readonly<Record<number, bigint>> = {
  [TimeUnit.SECOND]: 1_000_000n,
  [TimeUnit.MILLISECOND]: 1_000n,
  [TimeUnit.MICROSECOND]: 1n,
};

function valuesOf(vector: Vector | null): (string | number | bigint | null)[] {
  if (vector === null) throw new Error("a column without values");
  const { type } = vector;
  if (!DataType.isTimestamp(type)) return Array.from(vector);
  const unit = MICROS[type.unit];
  if (unit === undefined || type.timezone !== "UTC") throw new Error(`an unexpected type: ${type}`);
  return vector.data.flatMap((data) =>
    Array.from(data.values as BigInt64Array)
      .slice(0, data.length)
      .map((value) => value * unit),
  );
}

export async function rowsOfParquet(bytes: Uint8Array): Promise<Row[]> {
  const file = new Uint8Array(bytes).buffer;
  const rows = await parquetReadObjects({
    file,
    compressors,
    parsers: {
      timestampFromMilliseconds: (millis) => millis * 1_000n,
      timestampFromMicroseconds: (micros) => micros,
    },
  });
  return rows.map((row) => mapRow(row as Row, (_name, value) => value));
}

const mapRow = <Value>(
  row: Readonly<Record<string, Value>>,
  to: (name: string, value: Value) => Row[string],
): Row => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, to(name, value)]));
