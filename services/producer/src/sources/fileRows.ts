import { createReadStream } from "node:fs";
import { addAbortSignal, pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { csvRows } from "./csvRows.ts";
import { readLines } from "./lines.ts";
import { type FileRow, readJsonRow } from "./row.ts";

export type FileFormat = "jsonl" | "csv";

/** The format a file name tells, `.gz` aside; undefined when it doesn't. */
export function formatOf(path: string): FileFormat | undefined {
  if (/\.(?:jsonl|ndjson|json)(?:\.gz)?$/i.test(path)) return "jsonl";
  if (/\.csv(?:\.gz)?$/i.test(path)) return "csv";
  return undefined;
}

/**
 * Rows of a file, `-` for standard input; unpacked when the name ends in `.gz`.
 * Ends when the signal aborts.
 */
export async function* fileRows(
  path: string,
  format: FileFormat,
  signal: AbortSignal,
): AsyncGenerator<FileRow[]> {
  const text = openText(path, signal);
  try {
    if (format === "csv") yield* csvRows(text);
    else
      for await (const lines of readLines(text)) {
        yield lines.map((line) => ({ number: line.number, source: line.text, row: readJsonRow(line.text) }));
      }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    text.destroy();
  }
}

function openText(path: string, signal: AbortSignal): Readable {
  const raw = addAbortSignal(signal, path === "-" ? process.stdin : createReadStream(path));
  if (!/\.gz$/i.test(path)) return raw.setEncoding("utf8");
  const unpacked = createGunzip();
  // Errors of the file reach the reader through the unpacker.
  pipeline(raw, unpacked, () => {});
  return unpacked.setEncoding("utf8");
}
