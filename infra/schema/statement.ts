import { InfraError } from "../errors.ts";
import { type Token, tokenize } from "./tokens.ts";

/** How a change to an object is applied: see `apply/`. */
export type ObjectKind = "data" | "kafka" | "buffer" | "distributed" | "null" | "view";

/** What one SQL file creates. */
export interface Statement {
  /** `01_ticks_local.sql` */
  readonly file: string;
  /** `ticks_local` */
  readonly object: string;
  readonly kind: ObjectKind;
  readonly sql: string;
  readonly tokens: readonly Token[];
}

const FILE_NAME = /^(\d{2})_([a-z][a-z0-9_]*)\.sql$/;

/**
 * Reads one rendered SQL file: exactly one `CREATE … IF NOT EXISTS`, of the object that the file is named after.
 * @throws InfraError SQL_FILE_INVALID that names the file, what stands there and what is accepted.
 */
export function parseStatement(file: string, sql: string): Statement {
  const object = FILE_NAME.exec(file)?.[2];
  if (object === undefined) throw invalid(file, "accepted: a name like 01_ticks_local.sql");
  const tokens = tokenize(sql, file).filter(
    (token, index, all) => !(index === all.length - 1 && token.value === ";" && token.kind === "symbol"),
  );
  if (tokens.length === 0) throw invalid(file, "holds no statement; is it truncated?");
  if (tokens.some((token) => token.kind === "symbol" && token.value === ";"))
    throw invalid(file, "holds more than one statement; accepted: one a file");
  balanced(file, tokens);

  const head = tokens
    .slice(0, 7)
    .filter((token) => token.kind === "word")
    .map((token) => token.value);
  const upper = head.map((word) => word.toUpperCase()).join(" ");
  const view = upper.startsWith("CREATE MATERIALIZED VIEW IF NOT EXISTS");
  if (!view && !upper.startsWith("CREATE TABLE IF NOT EXISTS")) {
    throw invalid(
      file,
      `starts with ${JSON.stringify(head.slice(0, 5).join(" "))}; accepted: CREATE TABLE IF NOT EXISTS or CREATE MATERIALIZED VIEW IF NOT EXISTS`,
    );
  }
  const created = head[view ? 6 : 5];
  if (created !== object)
    throw invalid(file, `creates ${created ?? "nothing"}; accepted: ${object}, after which it is named`);
  return { file, object, kind: view ? viewKind(file, tokens) : kindOfEngine(file, tokens), sql, tokens };
}

const ENGINES: readonly (readonly [RegExp, ObjectKind])[] = [
  [/MergeTree$/, "data"],
  [/^Kafka$/, "kafka"],
  [/^Buffer$/, "buffer"],
  [/^Distributed$/, "distributed"],
  [/^Null$/, "null"],
];

function kindOfEngine(file: string, tokens: readonly Token[]): ObjectKind {
  const engine = tokens[engineAt(tokens)]?.value ?? "";
  const kind = ENGINES.find(([pattern]) => pattern.test(engine))?.[1];
  if (kind === undefined) {
    throw invalid(
      file,
      `has ${engine === "" ? "no engine; is it truncated" : `the engine ${engine}`}? accepted: …MergeTree, Kafka, Buffer, Distributed, Null`,
    );
  }
  return kind;
}

function viewKind(file: string, tokens: readonly Token[]): ObjectKind {
  const words = new Set(
    tokens.filter((token) => token.kind === "word").map((token) => token.value.toUpperCase()),
  );
  for (const needed of ["TO", "AS", "SELECT", "FROM"]) {
    if (!words.has(needed)) throw invalid(file, `is a view without ${needed}; is it truncated?`);
  }
  return "view";
}

/** Index of the engine's name: the word after `ENGINE =`. */
export function engineAt(tokens: readonly Token[]): number {
  const at = tokens.findIndex(
    (token, index) => token.value.toUpperCase() === "ENGINE" && tokens[index + 1]?.value === "=",
  );
  return at < 0 ? -1 : at + 2;
}

function balanced(file: string, tokens: readonly Token[]): void {
  let depth = 0;
  for (const { kind, value } of tokens) {
    if (kind !== "symbol") continue;
    if (value === "(") depth += 1;
    if (value === ")") depth -= 1;
    if (depth < 0) break;
  }
  if (depth !== 0) throw invalid(file, "has unbalanced parentheses; is it truncated?");
}

const invalid = (file: string, what: string): InfraError =>
  new InfraError("SQL_FILE_INVALID", `${file}: ${what}`);
