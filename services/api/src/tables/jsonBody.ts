import type { QueryStats } from "../clickhouse/query.ts";
import { addStats } from "../clickhouse/stats.ts";
import type { Piece } from "./holdBack.ts";

/** Before the first row in ClickHouse's JSON, and behind the last one. No text of a row holds a line break. */
const BEFORE_ROWS = '\n\t"data":\n\t[\n';
const AFTER_ROWS = "\n\t],\n";

export interface JsonFrame {
  /** Members before the rows. */
  readonly head: Readonly<Record<string, unknown>>;
  /** Name of the rows' member. */
  readonly list: string;
  readonly next: string | null;
  /** What finding the page cost. */
  readonly stats: QueryStats;
}

/**
 * Puts ClickHouse's own text of the rows into this API's frame: `{…head, list: [rows], next, stats}`. The rows are not
 * parsed; what the query cost stands behind them.
 */
export async function* jsonBody(
  pieces: AsyncIterable<Piece>,
  { head, list, next, stats }: JsonFrame,
): AsyncGenerator<Buffer | string, void, undefined> {
  let before: Buffer | undefined = Buffer.alloc(0);
  for await (const { bytes, last } of pieces) {
    let rows = bytes;
    if (before !== undefined) {
      before = Buffer.concat([before, bytes]);
      const at = before.indexOf(BEFORE_ROWS);
      if (at < 0 && !last) continue;
      if (at < 0) throw new Error("ClickHouse's answer is no JSON of rows");
      rows = before.subarray(at + BEFORE_ROWS.length);
      before = undefined;
      const members = Object.entries(head).map(
        ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},`,
      );
      yield `{${members.join("")}${JSON.stringify(list)}:[\n`;
    }
    if (!last) {
      yield rows;
      continue;
    }
    const end = rows.lastIndexOf(AFTER_ROWS);
    if (end < 0) throw new Error("ClickHouse's answer has no end of rows");
    yield rows.subarray(0, end);
    const cost = addStats([stats, statsOf(rows.subarray(end + AFTER_ROWS.length).toString("utf8"))]);
    yield `\n],"next":${JSON.stringify(next)},"stats":${JSON.stringify(cost)}}`;
  }
}

interface Trailer {
  readonly statistics: { readonly elapsed: number; readonly rows_read: number; readonly bytes_read: number };
}

function statsOf(trailer: string): QueryStats {
  const { statistics } = JSON.parse(`{${trailer}`) as Trailer;
  return {
    elapsedMs: statistics.elapsed * 1000,
    rowsRead: statistics.rows_read,
    bytesRead: statistics.bytes_read,
  };
}
