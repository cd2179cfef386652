import { InfraError } from "../errors.ts";
import { ARCHIVE, TIERED } from "../storage/storage.ts";
import { engineAt, parseStatement, type Statement } from "./statement.ts";

/** What may stand as `${name}` in the SQL files; schema/README.md says what each means. */
export interface SchemaNames {
  readonly ticks_ttl: string;
  readonly history_ttl: string;
  readonly ticks_storage: string;
  readonly kafka_consumers: string;
  readonly kafka_flush_interval_ms: string;
  readonly kafka_poll_timeout_ms: string;
  readonly buffer_thresholds: string;
  readonly earliest_tick: string;
  readonly max_future_seconds: string;
}

export interface SqlText {
  readonly file: string;
  readonly text: string;
}

const NAME = /\$\{([^}]*)\}/g;

/**
 * Puts the names into all files. An unknown name, and a name that no file uses, is an error.
 * Names come from the program alone; no user's text reaches SQL here unchecked.
 */
export function renderSchema(files: readonly SqlText[], names: SchemaNames): Statement[] {
  const values = new Map<string, string>(Object.entries(names));
  const problems: string[] = [];
  const used = new Set<string>();
  const rendered = files.map(({ file, text }) => ({
    file,
    text: text.replace(NAME, (_, name: string) => {
      used.add(name);
      if (!values.has(name))
        problems.push(`${file}: unknown name \${${name}}; known: ${[...values.keys()].join(", ")}`);
      return values.get(name) ?? "";
    }),
  }));
  for (const name of values.keys()) if (!used.has(name)) problems.push(`\${${name}} is used by no file`);
  if (problems.length > 0) throw new InfraError("SQL_FILE_INVALID", problems.join("\n"));
  return rendered.map(({ file, text }) => parseStatement(file, text.trim()));
}

/** How long ticks stay on a node's own disk, and how long they are kept; 0 days are for ever. */
export interface TicksLife {
  readonly hotDays: number;
  readonly retentionDays: number;
}

/** As a TTL clause; empty where ticks stay for ever where they are. */
export function ticksTtl({ hotDays, retentionDays }: TicksLife): string {
  const after = (days: number) => `toDateTime(event_time) + toIntervalDay(${days})`;
  const rules = [
    ...(retentionDays === 0 ? [] : [after(retentionDays)]),
    ...(hotDays === 0 ? [] : [`${after(hotDays)} TO VOLUME '${ARCHIVE}'`]),
  ];
  return rules.length === 0 ? "" : `TTL ${rules.join(", ")}`;
}

/** Which disks the tables of ticks reach: with an archive both, also where nothing more is archived. */
export const ticksStorage = (archiveUrl: string): string =>
  archiveUrl === "" ? "" : `SETTINGS storage_policy = '${TIERED}'`;

/**
 * The same statement for an engine without Keeper: `ReplicatedXMergeTree('path', 'replica'[, …])` becomes
 * `XMergeTree([…])`. The only difference between the local target's schema and the others'.
 */
export function withoutReplication(statement: Statement): Statement {
  const { file, sql, tokens } = statement;
  const at = engineAt(tokens);
  const engine = tokens[at];
  if (engine === undefined || !engine.value.startsWith("Replicated")) return statement;
  const [open, path, comma, replica, next] = tokens.slice(at + 1, at + 6);
  if (
    open?.value !== "(" ||
    path?.kind !== "string" ||
    comma?.value !== "," ||
    replica?.kind !== "string" ||
    next === undefined
  ) {
    throw new InfraError(
      "SQL_FILE_INVALID",
      `${file}: accepted after ${engine.value}: ('path', 'replica' …)`,
    );
  }
  const rest = next.value === "," ? next.end : next.start;
  const text =
    sql.slice(0, engine.start) +
    engine.value.slice("Replicated".length) +
    sql.slice(engine.end, open.end) +
    sql.slice(rest).trimStart();
  return parseStatement(file, text);
}
