import { type Token, tokenize } from "../tokens.ts";

const COLUMN_EXTRAS = new Set(["TTL", "STATISTICS", "SETTINGS"]);

/**
 * What a table's own definition holds beside columns with type, default, comment and codec: indexes, projections,
 * constraints, and the TTL, statistics and settings of a column. The server has no one table that tells them all.
 *
 * @param definition as `system.tables` has it, one element a column and behind a comma:
 *   "CREATE TABLE d.t (`a` UInt8 TTL …, INDEX i a TYPE minmax GRANULARITY 1, CONSTRAINT …) ENGINE = …"
 */
export function tableExtras(definition: string): string[] {
  return elementsOf(tokenize(definition, "a table")).flatMap((tokens) => {
    const first = tokens[0];
    if (first === undefined) return [];
    const isColumn = definition[first.start] === "`";
    const at = isColumn ? extraAt(tokens) : 0;
    const from = tokens[at];
    const end = tokens.at(-1)?.end;
    if (from === undefined) return [];
    return [`${isColumn ? `${first.value} ` : ""}${definition.slice(from.start, end)}`];
  });
}

/** The elements between the outermost parentheses, split at their commas. */
function elementsOf(tokens: readonly Token[]): Token[][] {
  const elements: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const symbol = token.kind === "symbol" ? token.value : "";
    if (symbol === ")") depth -= 1;
    if (symbol === ")" && depth === 0) return elements;
    if (symbol === "," && depth === 1) elements.push([]);
    else if (depth > 0) elements.at(-1)?.push(token);
    if (symbol === "(") depth += 1;
  }
  return elements;
}

/** Index of the word, outside of all parentheses, that begins what is extra to a column; -1 for none. */
function extraAt(tokens: readonly Token[]): number {
  let depth = 0;
  return tokens.findIndex(({ kind, value }, index) => {
    if (kind === "symbol") depth += value === "(" ? 1 : value === ")" ? -1 : 0;
    return index > 0 && depth === 0 && kind === "word" && COLUMN_EXTRAS.has(value);
  });
}
