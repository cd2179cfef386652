import { table } from "table";

/** A table with a line below its first row. */
export const grid = (rows: readonly (readonly string[])[], columns: Record<number, object> = {}): string =>
  table(
    rows.map((row) => [...row]),
    { columns, drawHorizontalLine: (index, size) => index <= 1 || index === size },
  ).trimEnd();
