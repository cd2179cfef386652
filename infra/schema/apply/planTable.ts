import type { Column, TableShape } from "./tableShape.ts";

/** What brings a live data table to the wanted shape: statements to run, or reasons why it can't be done in place. */
export interface TablePlan {
  /** Bodies of `ALTER TABLE t …`, in order. Names and types are the server's own spelling. */
  readonly alters: readonly string[];
  readonly refusals: readonly string[];
}

/**
 * Plans the change of a data table. Adding columns and changing codecs, comments, defaults, TTL and settings is
 * done in place; anything that would rewrite or drop data is refused. Pure.
 */
export function planTable(live: TableShape, wanted: TableShape): TablePlan {
  const alters: string[] = [];
  const refusals: string[] = [];
  const fixed = {
    engine: "the engine",
    partitionKey: "PARTITION BY",
    sortingKey: "ORDER BY",
    primaryKey: "PRIMARY KEY",
  } as const;
  for (const key of Object.keys(fixed) as (keyof typeof fixed)[]) {
    if (live[key] !== wanted[key])
      refusals.push(`${fixed[key]} is ${live[key] || "none"}, the file wants ${wanted[key] || "none"}`);
  }
  planColumns(live.columns, wanted.columns, alters, refusals);
  if (live.ttl !== wanted.ttl) alters.push(wanted.ttl === "" ? "REMOVE TTL" : `MODIFY TTL ${wanted.ttl}`);
  planSettings(live.settings, wanted.settings, alters);
  return { alters, refusals };
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
    else if (!same(old, column)) alters.push(`MODIFY COLUMN ${definition(column)}`);
  }
}

function planSettings(live: TableShape["settings"], wanted: TableShape["settings"], alters: string[]): void {
  for (const [name, value] of Object.entries(wanted))
    if (live[name] !== value) alters.push(`MODIFY SETTING ${name} = ${value}`);
  for (const name of Object.keys(live)) if (wanted[name] === undefined) alters.push(`RESET SETTING ${name}`);
}

const same = (a: Column, b: Column): boolean =>
  a.codec === b.codec &&
  a.comment === b.comment &&
  a.defaultKind === b.defaultKind &&
  a.defaultExpression === b.defaultExpression;

function definition({ name, type, defaultKind, defaultExpression, codec, comment }: Column): string {
  return [
    quote(name),
    type,
    defaultKind === "" ? "" : `${defaultKind} ${defaultExpression}`,
    comment === "" ? "" : `COMMENT '${comment.replace(/[\\']/g, "\\$&")}'`,
    codec === "" ? "CODEC(Default)" : codec,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

const quote = (name: string): string => `\`${name.replaceAll("`", "\\`")}\``;
