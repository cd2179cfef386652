import { type Connection, type NodeSession, withNode } from "../../clickhouse/connection.ts";
import { InfraError } from "../../errors.ts";
import { ensureDatabase, readObject } from "../live.ts";
import type { ObjectKind } from "../statement.ts";
import { pauseConsumption, withKafkaTables } from "./consumption.ts";
import { alterDataTable, planDataTable, refuse } from "./dataTable.ts";
import { replaceReader } from "./readerView.ts";

/** One SQL file on one node. */
export interface FileOnNode {
  readonly file: string;
  readonly object: string;
  readonly kind: ObjectKind;
  readonly sql: string;
  /** Whether it is a view that reads from a Kafka table. */
  readonly readsKafka: boolean;
  readonly node: Connection;
  /** Every node: consumption is paused on all of them. */
  readonly cluster: readonly Connection[];
}

/**
 * Brings one object of one node to what its file says, and reads it back.
 * A data table is altered in place or refused; anything else holds no data and is replaced.
 * @returns the server's own text of the object.
 */
export async function applyFile(target: FileOnNode): Promise<string> {
  const { file, object, kind, node } = target;
  await ensureDatabase(node);
  return withNode(node, async (session) => {
    const live = await readObject(session, object);
    if (kind === "data" && live !== undefined) {
      const plan = await planDataTable(session, file, object, target.sql);
      refuse(file, object, node.node, plan);
      await alterDataTable(session, object, plan);
    } else {
      await pauseConsumption(target.cluster);
      if (target.readsKafka) await replaceReader(session, object, target.sql);
      else if (kind === "kafka") await withKafkaTables(session, () => replace(session, target));
      else await replace(session, target);
      // A Kafka table that was only just made would consume.
      await pauseConsumption([node]);
    }
    return verify(session, target);
  });
}

/** Removes an object whose file is gone, unless it holds data. */
export async function removeFile(target: FileOnNode): Promise<void> {
  const { file, object, kind, node } = target;
  if (kind === "data") {
    throw new InfraError(
      "SCHEMA_CHANGE_REFUSED",
      `${file} is gone, but ${object} on ${node.node} holds data and is not dropped by an update. ` +
        `Restore the file, or drop the table by hand and then run \`pulumi refresh\`.`,
    );
  }
  await withNode(node, async (session) => {
    await pauseConsumption(target.cluster);
    await (kind === "kafka" ? withKafkaTables(session, () => drop(session, target)) : drop(session, target));
  });
}

async function replace(session: NodeSession, target: FileOnNode): Promise<void> {
  await drop(session, target);
  await session.run(target.sql);
}

/** Drops an object that holds no data of its own, once what passes through it has been passed on. */
async function drop(session: NodeSession, { object, kind }: FileOnNode): Promise<void> {
  const live = await readObject(session, object);
  if (live === undefined) return;
  if (kind === "buffer") await session.run("OPTIMIZE TABLE {object:Identifier}", { object });
  if (kind === "distributed") await session.run("SYSTEM FLUSH DISTRIBUTED {object:Identifier}", { object });
  await session.run(`DROP ${kind === "view" ? "VIEW" : "TABLE"} IF EXISTS {object:Identifier} SYNC`, {
    object,
  });
}

async function verify(session: NodeSession, { file, object, node, kind }: FileOnNode): Promise<string> {
  const read = async () => (await readObject(session, object))?.definition;
  const definition = kind === "kafka" ? await withKafkaTables(session, read) : await read();
  if (definition === undefined)
    throw new InfraError("SQL_FAILED", `${file}: ${object} is not on ${node.node} after it was applied`);
  return definition;
}
