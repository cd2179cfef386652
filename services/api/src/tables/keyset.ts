import type { QueryParams } from "../clickhouse/query.ts";

export type Order = "asc" | "desc";

/** One column of the key that pages are cut by. */
export interface KeyColumn {
  readonly type: "DateTime64(6, 'UTC')" | "DateTime('UTC')" | "UInt64" | "UInt32" | "Int8" | "String";
  /** In the table's own columns; from the code, never from a request. */
  readonly sql: string;
}

/** A place between rows: the key's values as ClickHouse writes them. */
export type Key = readonly string[];

/** What limits a page: the cursor (left out itself), and its own first and last row. */
export interface Bounds {
  readonly after?: Key | undefined;
  readonly first?: Key | undefined;
  readonly last?: Key | undefined;
  /** No row at all. */
  readonly none?: boolean;
}

const OPERATORS = {
  desc: { after: ["<", "<="], first: ["<=", "<="], last: [">=", ">="] },
  asc: { after: [">", ">="], first: [">=", ">="], last: ["<=", "<="] },
} as const;

const EDGES = ["after", "first", "last"] as const;

/** Conditions of a range by the first column of the key: the index finds its way by these. */
export const leadWithin = (key: readonly KeyColumn[], bounds: Bounds, order: Order): string[] =>
  bounds.none === true
    ? ["0"]
    : key.slice(0, 1).flatMap(({ sql, type }) =>
        EDGES.filter((edge) => bounds[edge] !== undefined).map((edge) => {
          const [strict, loose] = OPERATORS[order][edge];
          return `${sql} ${key.length === 1 ? strict : loose} {${edge}_0:${type}}`;
        }),
      );

/** Conditions of a range by the whole key. */
export const keyWithin = (key: readonly KeyColumn[], bounds: Bounds, order: Order): string[] => [
  ...leadWithin(key, bounds, order),
  ...(key.length === 1 || bounds.none === true ? [] : EDGES)
    .filter((edge) => bounds[edge] !== undefined)
    .map((edge) => {
      const values = key.map(({ type }, index) => `{${edge}_${index}:${type}}`);
      return `(${key.map(({ sql }) => sql).join(", ")}) ${OPERATORS[order][edge][0]} (${values.join(", ")})`;
    }),
];

/** The values of {@link keyWithin}. */
export function boundParams(bounds: Bounds): QueryParams {
  return Object.fromEntries(
    EDGES.flatMap((edge) => (bounds[edge] ?? []).map((value, index) => [`${edge}_${index}`, value])),
  );
}

/** `ORDER BY` of expressions, all in one direction. */
export const orderBy = (expressions: readonly string[], order: Order): string =>
  `ORDER BY ${expressions.map((sql) => `${sql} ${order.toUpperCase()}`).join(", ")}`;
