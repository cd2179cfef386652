import { randomUUID } from "node:crypto";
import { type Connection, withNode } from "../../infra/clickhouse/connection.ts";
import { pollUntil } from "../../infra/poll.ts";
import { say } from "../report.ts";

/** A BACKUP or RESTORE that a server goes on with by itself. */
export interface Operation {
  readonly node: Connection;
  readonly id: string;
  /** For messages: `clickhouse-01: 20261124T180509Z-full/01/data` */
  readonly what: string;
}

export interface Progress {
  readonly status: string;
  readonly error: string;
  /** Above 0 once a backup knows all its parts and writes them. */
  readonly files: string;
  readonly bytes: string;
}

/** Longest that a server may be silent about an operation. */
const SILENCE_MS = 120_000;
const SAY_EVERY_MS = 10_000;
const HOURS_48_MS = 172_800_000;
const LONGEST_PAUSE_MS = 1_000;

/** A name in a BACKUP or RESTORE, which take no bound ones: those of the schema's files alone. */
export function quoted(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(name))
    throw new Error(`${JSON.stringify(name)} is no name of a table; accepted: small letters, digits and _`);
  return `\`${name}\``;
}

/** Starts a BACKUP or RESTORE; returns at once. `settings` as `a = 1`, from the program alone. */
export async function startOperation(
  node: Connection,
  statement: string,
  what: string,
  settings: readonly string[] = [],
): Promise<Operation> {
  const id = randomUUID();
  await withNode(node, (session) =>
    session.run(`${statement} SETTINGS ${[`id = '${id}'`, ...settings].join(", ")} ASYNC`),
  );
  return { node, id, what: `${node.node}: ${what}` };
}

/** Asks until `is` holds of an operation, or it has failed. */
export async function untilProgress(
  operation: Operation,
  is: (progress: Progress) => boolean,
): Promise<Progress> {
  const { node, id, what } = operation;
  let saidMs = Date.now();
  let heardMs = Date.now();
  const reached = await pollUntil(
    HOURS_48_MS,
    async () => {
      const progress = await readProgress(operation).catch((error: Error) => {
        if (Date.now() - heardMs > SILENCE_MS) throw error;
        return undefined;
      });
      if (progress === undefined) return undefined;
      heardMs = Date.now();
      if (/FAILED|CANCELLED/.test(progress.status))
        throw new Error(`${what} failed: ${progress.error.split(" (version")[0]}`);
      if (is(progress)) return progress;
      if (Date.now() - saidMs > SAY_EVERY_MS) {
        saidMs = Date.now();
        say(`${what}: ${progress.files} file(s), ${progress.bytes} byte(s) so far`);
      }
      return undefined;
    },
    LONGEST_PAUSE_MS,
  );
  if (reached === undefined)
    throw new Error(`${what} did not end within 48 h; see system.backups on ${node.node}, id ${id}`);
  return reached;
}

/** Waits until an operation has ended well. */
export const untilDone = (operation: Operation): Promise<Progress> =>
  untilProgress(operation, ({ status }) => status === "BACKUP_CREATED" || status === "RESTORED");

/** Waits until a backup knows all its parts: what comes afterwards is not in it. */
export const untilGathered = (operation: Operation): Promise<Progress> =>
  untilProgress(operation, ({ status, files }) => files !== "0" || status === "BACKUP_CREATED");

async function readProgress({ node, id }: Operation): Promise<Progress> {
  const [row] = await withNode(node, (session) =>
    session.rows<Progress>(
      `SELECT toString(status) AS status, error, toString(num_files) AS files, toString(total_size) AS bytes
       FROM system.backups WHERE id = {id:String}`,
      { id },
    ),
  );
  if (row === undefined) throw new Error(`${node.node} knows of no operation ${id}; was it restarted?`);
  return row;
}

/** Throws where a backup or restore runs on a node already: two would resume each other's consumers. */
export async function requireIdle(nodes: readonly Connection[]): Promise<void> {
  for (const node of nodes) {
    const [row] = await withNode(node, (session) =>
      session.rows<{ name: string }>(
        "SELECT name FROM system.backups WHERE status IN ('CREATING_BACKUP', 'RESTORING') LIMIT 1",
      ),
    );
    if (row !== undefined)
      throw new Error(`${node.node} is busy with ${row.name}; wait until it has ended (system.backups)`);
  }
}
