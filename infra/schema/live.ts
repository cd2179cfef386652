import { type Connection, type NodeSession, withNode } from "../clickhouse/connection.ts";

/** An object as the server has it. */
export interface LiveObject {
  readonly engine: string;
  /** The server's own canonical text. */
  readonly definition: string;
}

/** Reads an object back from the server; undefined where it has none of that name. */
export async function readObject(session: NodeSession, object: string): Promise<LiveObject | undefined> {
  const [row] = await session.rows<LiveObject>(
    `SELECT engine, create_table_query AS definition FROM system.tables
     WHERE database = {database:String} AND name = {object:String}`,
    { database: session.connection.database, object },
  );
  return row;
}

/** Makes the database of the schema; a fresh server has none. */
export const ensureDatabase = (connection: Connection): Promise<void> =>
  withNode(
    connection,
    (session) =>
      session.run("CREATE DATABASE IF NOT EXISTS {database:Identifier} ENGINE = Atomic", {
        database: connection.database,
      }),
    "default",
  );
