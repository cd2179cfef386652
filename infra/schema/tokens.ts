import { InfraError } from "../errors.ts";

/** A piece of a SQL text. Comments and blanks are not tokens. */
export interface Token {
  readonly kind: "word" | "string" | "symbol";
  /** Without its quotes, for a string or a quoted identifier. */
  readonly value: string;
  /** Where it stands in the text. */
  readonly start: number;
  readonly end: number;
}

// In ClickHouse's order: comments, heredocs, strings and identifiers in their three quotes, words, one symbol.
const LEXEME =
  /(--[^\n]*|#!?[ ][^\n]*|\/\*[\s\S]*?\*\/|\s+)|\$(\w*)\$([\s\S]*?)\$\2\$|'((?:[^'\\]|\\[\s\S]|'')*)'|"((?:[^"\\]|\\[\s\S]|"")*)"|`((?:[^`\\]|\\[\s\S]|``)*)`|([\w.]+)|([\s\S])/gy;

/**
 * Splits a SQL text into tokens, so that a `;` or `--` inside a string or comment is never mistaken.
 * @throws InfraError SQL_FILE_INVALID where a string, identifier or comment is not closed.
 */
export function tokenize(sql: string, file: string): Token[] {
  const tokens: Token[] = [];
  LEXEME.lastIndex = 0;
  for (let match = LEXEME.exec(sql); match !== null; match = LEXEME.exec(sql)) {
    const [text, blank, , heredoc, single, double, backtick, word, symbol] = match;
    if (blank !== undefined) continue;
    const start = match.index;
    const end = start + text.length;
    const string = single ?? heredoc;
    if (string !== undefined) tokens.push({ kind: "string", value: string, start, end });
    else if (symbol !== undefined)
      tokens.push({ kind: "symbol", value: closed(symbol, sql, start, file), start, end });
    else tokens.push({ kind: "word", value: word ?? double ?? backtick ?? "", start, end });
  }
  return tokens;
}

/** What opens and never closes matches no longer lexeme and arrives here as a lone symbol. */
function closed(symbol: string, sql: string, at: number, file: string): string {
  const what = opened(symbol, sql, at);
  if (what === undefined) return symbol;
  const line = sql.slice(0, at).split("\n").length;
  throw new InfraError(
    "SQL_FILE_INVALID",
    `${file}:${line}: a ${what} is opened here and never closed; is the file truncated?`,
  );
}

function opened(symbol: string, sql: string, at: number): string | undefined {
  if (["'", '"', "`"].includes(symbol)) return "quote";
  if (sql.startsWith("/*", at)) return "comment";
  return /^\$\w*\$/.test(sql.slice(at)) ? "heredoc" : undefined;
}
