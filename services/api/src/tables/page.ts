import type { Query, QueryOptions, QueryParams, QueryStats, Warehouse } from "../clickhouse/query.ts";
import { addStats } from "../clickhouse/stats.ts";
import { type Bounds, boundParams, type Key, type KeyColumn, type Order } from "./keyset.ts";

/** A table's rows in one order, in which each page is a range of the key. */
export interface PagedRows {
  /** Label in metrics. */
  readonly name: string;
  readonly order: Order;
  readonly key: readonly KeyColumn[];
  /** Values that the SQL names, except those of the bounds. */
  readonly params: QueryParams;
  /**
   * A `SELECT` of the key's columns as `key_0`, `key_1`, …, in order. It must come as a stream, so that a limit on it
   * ends it.
   */
  keys(bounds: Bounds): string;
  /** A `SELECT` of the rows of the answer, in order. */
  rows(bounds: Bounds): string;
  /** A `SELECT` of at least as many rows as there are, without order and cheap; for large pages. */
  superset(bounds: Bounds): string;
}

export interface Page {
  readonly bounds: Bounds;
  /** The page's last key, where rows follow it. */
  readonly next: Key | undefined;
  readonly stats: QueryStats;
}

/** From this limit on it is worth to ask first whether the page holds everything. */
const LARGE_LIMIT = 10_000;

type Params = QueryParams;

/**
 * Finds the first and last key of a page before its rows are asked for. Rows that come meanwhile are on this page or on
 * another one by their key, so that none is twice or missing in a walk through the pages, and the link to the next page
 * can stand in a header.
 */
export async function findPage(
  warehouse: Warehouse,
  paged: PagedRows,
  after: Key | undefined,
  limit: number,
  options: QueryOptions,
): Promise<Page> {
  const start: Bounds = { after };
  const params = { ...paged.params, ...boundParams(start), limit };
  let stats = addStats([]);
  if (limit > LARGE_LIMIT) {
    const counted = await warehouse.query(countUpTo(paged, start), params, options);
    stats = counted.stats;
    if (Number(counted.rows[0]?.count) <= limit) return { bounds: start, next: undefined, stats };
  }
  const found = await warehouse.query(edges(paged, start), params, options);
  stats = addStats([stats, found.stats]);
  const at = (place: number): Key | undefined => {
    const row = found.rows.find(({ place: of }) => Number(of) === place);
    return row && paged.key.map((_column, index) => String(row[`key_${index}`]));
  };
  const first = at(0);
  if (first === undefined) return { bounds: { none: true }, next: undefined, stats };
  const last = at(limit) && at(limit - 1);
  return { bounds: { ...start, first, last }, next: last, stats };
}

type EdgeRow = Readonly<Record<string, string | number>>;

/** The first key of a page, the last one, and the one behind it. */
const edges = (paged: PagedRows, bounds: Bounds): Query<Params, EdgeRow> => ({
  name: `${paged.name}_page`,
  sql: `
SELECT ${paged.key.map((_column, index) => `toString(key_${index}) AS key_${index}`).join(", ")}, place
FROM
(
    SELECT *, rowNumberInAllBlocks() AS place
    FROM
    (${paged.keys(bounds)}
    LIMIT {limit:UInt64} + 1
    )
)
WHERE place IN (0, {limit:UInt64} - 1, {limit:UInt64})`,
});

const countUpTo = (paged: PagedRows, bounds: Bounds): Query<Params, { readonly count: string | number }> => ({
  name: `${paged.name}_count`,
  sql: `SELECT count() AS count FROM (${paged.superset(bounds)} LIMIT {limit:UInt64} + 1)`,
});
