import type { ComponentChildren } from "preact";

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Right-aligned, in tabular numerals. */
  readonly number?: boolean;
  /** Left out on narrow screens. */
  readonly minor?: boolean;
  /** The cell that names its row. */
  readonly rowHead?: boolean;
}

interface TableProps<Row> {
  /** What it lists, for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, index: number) => string;
  readonly testId?: string;
  /** Values for `data-*` attributes of a row, for styling and tests. */
  readonly dataOf?: (row: Row) => Readonly<Record<`data-${string}`, string | number | boolean | undefined>>;
  /** A limited height, with its own scrolling. */
  readonly tall?: boolean;
}

/** A table that scrolls in itself, also by keyboard. */
export function Table<Row>({ caption, columns, rows, keyOf, testId, dataOf, tall = false }: TableProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class={tall ? "scroll tall" : "scroll"} aria-label={caption} tabIndex={0}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.head} scope="col" class={classOf(column)}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody data-testid={testId}>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)} {...dataOf?.(row)}>
              {columns.map((column) =>
                column.rowHead === true ? (
                  <th key={column.head} scope="row" class={classOf(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.head} class={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const classOf = <Row,>({ number, minor }: Column<Row>): string | undefined =>
  [number === true && "number", minor === true && "minor"].filter(Boolean).join(" ") || undefined;
