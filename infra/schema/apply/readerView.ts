import type { NodeSession } from "../../clickhouse/connection.ts";
import { type LiveObject, readObject } from "../live.ts";
import { tokenize } from "../tokens.ts";
import { withKafkaTables } from "./consumption.ts";

/**
 * Brings a view that reads from a Kafka table to its file's text. It can be made only while that table is there,
 * and a table that is there feeds the views that it has: were this one dropped meanwhile, the others would run
 * alone, and what they leave aside would be committed and lost. So the query of a live view is swapped in place.
 */
export async function replaceReader(session: NodeSession, object: string, sql: string): Promise<void> {
  const live = await readObject(session, object);
  if (live !== undefined && writesTo(live, session.connection.database) === partsOf(sql).to) {
    const swap = `ALTER TABLE {object:Identifier} MODIFY QUERY ${partsOf(sql).query}`;
    await withKafkaTables(session, () => session.run(swap, { object }));
    return;
  }
  // Before the Kafka table comes back: a drop would wait for what the view is fed, up to 15 s without a broker.
  if (live !== undefined) await session.run("DROP VIEW IF EXISTS {object:Identifier} SYNC", { object });
  await withKafkaTables(session, () => session.run(sql));
}

const writesTo = ({ definition }: LiveObject, database: string): string | undefined => {
  const { to } = partsOf(definition);
  return to?.startsWith(`${database}.`) ? to.slice(database.length + 1) : to;
};

/** `CREATE MATERIALIZED VIEW … TO ticks_buffer (…) AS SELECT …` -> where it writes, and its query. */
function partsOf(sql: string): { to: string | undefined; query: string } {
  const tokens = tokenize(sql, "a view");
  const at = (word: string) =>
    tokens.findIndex(({ kind, value }) => kind === "word" && value.toUpperCase() === word);
  return { to: tokens[at("TO") + 1]?.value, query: sql.slice(tokens[at("AS")]?.end).trim() };
}
