import { type NodeSession, withNode } from "../../clickhouse/connection.ts";
import { InfraError } from "../../errors.ts";
import { withoutReplication } from "../render.ts";
import { parseStatement } from "../statement.ts";
import { planTable, type TablePlan } from "./planTable.ts";
import { readShape } from "./tableShape.ts";

/** Where a wanted table is made for a moment, so that the server itself says how it reads the file. */
const SCRATCH = "tickhouse_scratch";

/** Plans how a live data table gets to what the file wants. Leaves nothing behind. */
export async function planDataTable(
  session: NodeSession,
  file: string,
  object: string,
  sql: string,
): Promise<TablePlan> {
  const wanted = withoutReplication(parseStatement(file, sql));
  const scratch = { database: SCRATCH };
  await session.run("CREATE DATABASE IF NOT EXISTS {database:Identifier} ENGINE = Atomic", scratch);
  try {
    await withNode(session.connection, (inScratch) => inScratch.run(wanted.sql), SCRATCH);
    return planTable(
      await readShape(session, session.connection.database, object),
      await readShape(session, SCRATCH, object),
    );
  } finally {
    await session.run("DROP DATABASE IF EXISTS {database:Identifier} SYNC", scratch);
  }
}

/** Throws what to do when a plan can't be carried out in place. */
export function refuse(file: string, object: string, node: string, { refusals }: TablePlan): void {
  if (refusals.length === 0) return;
  throw new InfraError(
    "SCHEMA_CHANGE_REFUSED",
    `${file} can't be applied to ${node} in place: ${refusals.join("; ")}. ` +
      `A data table is never dropped by an update. Restore the file; or create a table with a new name beside ${object}, ` +
      `copy the rows with INSERT INTO … SELECT and point the views to it (schema/README.md, "A change that is refused").`,
  );
}

/** Runs a plan's statements on a data table. */
export async function alterDataTable(session: NodeSession, object: string, plan: TablePlan): Promise<void> {
  for (const alter of plan.alters) {
    await session.run(`ALTER TABLE {object:Identifier} ${alter}`, { object });
  }
}
