import { AuditError } from "./errors.ts";
import type { Node } from "./node.ts";

/** Rows that one node holds in memory alone. */
export interface BufferedRows {
  readonly node: string;
  readonly rows: number;
}

const BUFFERED = `
SELECT count() AS buffers, sum(total_rows) AS rows
FROM system.tables
WHERE database = currentDatabase() AND engine = 'Buffer'`;

/**
 * Asks every node how many rows its Buffer tables hold: what was consumed, and the ledger does not know of yet.
 * @throws AuditError NODE_UNREACHABLE that names every node without an answer: its shard's offsets are not missing
 *   but unknown, and a replica that answers may lack what this one has
 */
export async function readBuffered(nodes: readonly Node[]): Promise<BufferedRows[]> {
  const answers = await Promise.allSettled(nodes.map(bufferedOn));
  const failures = answers.flatMap((answer) =>
    answer.status === "rejected" ? [answer.reason as Error] : [],
  );
  const [first] = failures;
  if (first !== undefined) {
    const code = first instanceof AuditError ? first.code : "LEDGER_FAILED";
    throw new AuditError(code, failures.map(({ message }) => message).join("; "), { cause: first });
  }
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
}

async function bufferedOn(node: Node): Promise<BufferedRows> {
  const [row] = await node.rows<{ buffers: number | string; rows: number | string }>(BUFFERED);
  if (Number(row?.buffers ?? 0) === 0)
    throw new AuditError(
      "SCHEMA_MISSING",
      `${node.name} has no Buffer table, or the user may not see it; apply the schema`,
    );
  return { node: node.name, rows: Number(row?.rows ?? 0) };
}

const BARS_PENDING = `
SELECT count() AS minutes
FROM
(
    SELECT symbol, minute
    FROM bar_changes_all
    GROUP BY symbol, minute
    HAVING sum(arrived) > max(computed)
)`;

/** Minutes whose exact bars are still to be computed. */
export async function readBarsPending(node: Node): Promise<number> {
  const [row] = await node.rows<{ minutes: number | string }>(BARS_PENDING);
  return Number(row?.minutes ?? 0);
}
