import type { Readable } from "node:stream";
import { pipeline } from "node:stream";
import { type CsvError, parse } from "csv-parse";
import { TICK_FIELDS } from "../tickSchema.ts";
import { type FileRow, readCsvRow } from "./row.ts";

/** What csv-parse gives for a record with `info` and `raw`. */
interface Parsed {
  readonly record: Record<string, string>;
  readonly info: { readonly lines: number; readonly invalid_field_length: number };
  readonly raw: string;
}

/** Rows handed on together. */
const BATCH = 500;
const LONGEST_RECORD = 1_000_000;

/**
 * The rows of a CSV file whose header names the tick's fields, in any order; other columns are left out.
 * @throws Error when the header lacks a field or a quote is never closed.
 */
export async function* csvRows(text: Readable): AsyncGenerator<FileRow[]> {
  let headerProblem: string | undefined;
  const parser = parse({
    bom: true,
    columns: (header: string[]) => {
      const names = header.map((name) => name.trim());
      const missing = TICK_FIELDS.filter((field) => !names.includes(field));
      if (missing.length > 0) headerProblem = `the header lacks ${missing.join(", ")}`;
      return names;
    },
    info: true,
    raw: true,
    trim: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD,
  });
  // Errors reach the loop below through the parser.
  pipeline(text, parser, () => {});
  let batch: FileRow[] = [];
  let wrongLengths = 0;
  try {
    for await (const item of parser) {
      if (headerProblem !== undefined) throw new Error(headerProblem);
      const { record, info, raw }: Parsed = item;
      const wrongLength = info.invalid_field_length > wrongLengths;
      wrongLengths = info.invalid_field_length;
      const source = raw.replace(/\r?\n$/, "");
      batch.push({
        number: info.lines,
        source,
        row: wrongLength
          ? { ok: false, problems: [`row = ${source}: accepted: as many cells as the header`], symbol: null }
          : readCsvRow(record),
      });
      if (batch.length >= BATCH || parser.readableLength === 0) {
        yield batch;
        batch = [];
      }
    }
  } catch (error) {
    if (batch.length > 0) yield batch;
    throw isCsvError(error) ? new Error(`not CSV: ${error.message}`, { cause: error }) : error;
  }
  // A file of a header alone never enters the loop.
  if (headerProblem !== undefined) throw new Error(headerProblem);
  if (batch.length > 0) yield batch;
}

function isCsvError(error: unknown): error is CsvError {
  return error instanceof Error && "code" in error && String(error.code).startsWith("CSV_");
}
