import type { Column, TableShape } from "./tableShape.ts";

/** What brings a live data table to the wanted shape: statements to run, or reasons why it can't be done in place. */
export interface TablePlan {
  /** Bodies of `ALTER TABLE t …`, in order. Names and types are the server's own spelling. */
  readonly alters: readonly string[];
  readonly refusals: readonly string[];
}

/** Settings that the server takes at CREATE only (`MergeTreeSettings::isReadonlySetting`). */
const FIXED_SETTINGS = [
  "index_granularity",
  "index_granularity_bytes",
  "enable_mixed_granularity_parts",
  "add_minmax_index_for_numeric_columns",
  "add_minmax_index_for_string_columns",
  "table_disk",
];

/** Where a table's parts may lie. Widened before a TTL names the new volume; never narrowed: parts are on the others. */
const POLICY = "storage_policy";

/**
 * Plans the change of a data table. Adding columns and indexes and changing codecs, comments, defaults, TTL and settings
 * is done in place; anything that would rewrite or drop data is refused. Pure.
 */
export function planTable(live: TableShape, wanted: TableShape): TablePlan {
  const alters: string[] = [];
  const refusals: string[] = [];
  const fixed = {
    engine: "the engine",
    partitionKey: "PARTITION BY",
    sortingKey: "ORDER BY",
    primaryKey: "PRIMARY KEY",
    samplingKey: "SAMPLE BY",
  } as const;
  for (const key of Object.keys(fixed) as (keyof typeof fixed)[]) {
    if (live[key] !== wanted[key])
      refusals.push(`${fixed[key]} is ${live[key] || "none"}, the file wants ${wanted[key] || "none"}`);
  }
  for (const extra of live.extras.filter((each) => !wanted.extras.includes(each)))
    refusals.push(`${extra} is in the table but not in the file`);
  for (const extra of wanted.extras.filter((each) => !live.extras.includes(each) && !INDEX.test(each)))
    refusals.push(`${extra} is in the file but not in the table`);
  planColumns(live.columns, wanted.columns, alters, refusals);
  alters.push(...addIndexes(live.extras, wanted.extras));
  if (live.comment !== wanted.comment) alters.push(`MODIFY COMMENT ${text(wanted.comment)}`);
  planPolicy(live.settings, wanted.settings, alters, refusals);
  if (live.ttl !== wanted.ttl) alters.push(wanted.ttl === "" ? "REMOVE TTL" : `MODIFY TTL ${wanted.ttl}`);
  planSettings(live.settings, wanted.settings, alters, refusals);
  return { alters, refusals };
}

/** `INDEX place (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1`, as the server writes it. */
const INDEX = /^INDEX (?<name>`(?:[^`\\]|\\.)*`|\S+) (?<rest>.+)$/s;

/**
 * New indexes, behind the columns that they may be of, each in its place. Parts that are there already get theirs in the
 * background: until then, and where that was cut off, such a part is read as if there were no index.
 */
function addIndexes(live: readonly string[], wanted: readonly string[]): string[] {
  let place = "FIRST";
  return wanted.flatMap((extra) => {
    const { name, rest } = INDEX.exec(extra)?.groups ?? {};
    if (name === undefined || rest === undefined) return [];
    const alters = [`ADD INDEX IF NOT EXISTS ${name} ${rest} ${place}`, `MATERIALIZE INDEX ${name}`];
    place = `AFTER ${name}`;
    return live.includes(extra) ? [] : alters;
  });
}

function planColumns(
  live: readonly Column[],
  wanted: readonly Column[],
  alters: string[],
  refusals: string[],
): void {
  const have = new Map(live.map((column) => [column.name, column]));
  const kept = new Set(wanted.map((column) => column.name));
  for (const { name } of live)
    if (!kept.has(name)) refusals.push(`column ${name} is in the table but not in the file`);
  let previous: string | undefined;
  for (const column of wanted) {
    const old = have.get(column.name);
    const place = previous === undefined ? "FIRST" : `AFTER ${quote(previous)}`;
    previous = column.name;
    if (old === undefined) alters.push(`ADD COLUMN IF NOT EXISTS ${definition(column)} ${place}`);
    else if (old.type !== column.type)
      refusals.push(`column ${column.name} is ${old.type}, the file wants ${column.type}`);
    else alters.push(...alterColumn(old, column));
  }
}

/** What a definition leaves out, `MODIFY COLUMN name definition` would keep: it is removed by name. */
function alterColumn(old: Column, wanted: Column): string[] {
  const name = quote(wanted.name);
  const removed = [
    ...(old.defaultKind !== "" && wanted.defaultKind === "" ? [old.defaultKind] : []),
    ...(old.comment !== "" && wanted.comment === "" ? ["COMMENT"] : []),
    ...(old.codec !== "" && wanted.codec === "" ? ["CODEC"] : []),
  ];
  const set =
    (wanted.defaultKind !== "" && defaultOf(old) !== defaultOf(wanted)) ||
    (wanted.comment !== "" && old.comment !== wanted.comment) ||
    (wanted.codec !== "" && old.codec !== wanted.codec);
  return [
    ...removed.map((part) => `MODIFY COLUMN ${name} REMOVE ${part}`),
    ...(set ? [`MODIFY COLUMN ${definition(wanted)}`] : []),
  ];
}

function planPolicy(
  live: TableShape["settings"],
  wanted: TableShape["settings"],
  alters: string[],
  refusals: string[],
): void {
  const [have, want] = [live[POLICY], wanted[POLICY]];
  if (have === want) return;
  if (have === undefined) alters.push(`MODIFY SETTING ${POLICY} = ${want}`);
  else
    refusals.push(
      `SETTINGS ${POLICY} is ${have}, the file wants ${want ?? "none"}: parts that lie elsewhere would be lost`,
    );
}

function planSettings(
  live: TableShape["settings"],
  wanted: TableShape["settings"],
  alters: string[],
  refusals: string[],
): void {
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(live)])) {
    const [have, want] = [live[name], wanted[name]];
    if (have === want || name === POLICY) continue;
    if (FIXED_SETTINGS.includes(name))
      refusals.push(`SETTINGS ${name} is ${have ?? "not set"}, the file wants ${want ?? "none"}`);
    else alters.push(want === undefined ? `RESET SETTING ${name}` : `MODIFY SETTING ${name} = ${want}`);
  }
}

const defaultOf = ({ defaultKind, defaultExpression }: Column): string =>
  defaultKind === "" ? "" : `${defaultKind} ${defaultExpression}`;

function definition(column: Column): string {
  const { name, type, codec, comment } = column;
  return [quote(name), type, defaultOf(column), comment === "" ? "" : `COMMENT ${text(comment)}`, codec]
    .filter((part) => part !== "")
    .join(" ");
}

const text = (value: string): string => `'${value.replace(/[\\']/g, "\\$&")}'`;
const quote = (name: string): string => `\`${name.replaceAll("`", "\\`")}\``;
