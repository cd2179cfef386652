import type { OpenNode } from "../clickhouse/nodes.ts";
import type { NodeIdentity } from "../config.ts";

/** What one node says of itself. */
export interface NodeState extends NodeIdentity {
  readonly held: Held | undefined;
}

/** What a node that is up holds, of all tables of the warehouse. */
export interface Held {
  /** Active parts. */
  readonly parts: number;
  readonly rows: number;
  /** On disk. */
  readonly bytes: number;
  /** Rows that its Buffer holds in memory. */
  readonly buffered: number;
}

/** The server lists parts and tables only where the user may read something of them. */
const HELD = `
SELECT
    toString(count()) AS parts,
    toString(sum(rows)) AS rows,
    toString(sum(bytes_on_disk)) AS bytes,
    toString((SELECT sum(total_rows) FROM system.tables WHERE database = currentDatabase() AND engine = 'Buffer')) AS buffered
FROM system.parts
WHERE active AND database = currentDatabase()`;

/** Asks every node; one without an answer is down. */
export const readNodes = (nodes: readonly OpenNode[]): Promise<NodeState[]> =>
  Promise.all(
    nodes.map(async (node) => {
      const { name, shard, replica } = node;
      const held = await node.rows<Record<keyof Held, string | null>>(HELD).then(
        ([row]) => row && toHeld(row),
        () => undefined,
      );
      return { name, shard, replica, held };
    }),
  );

const toHeld = ({ parts, rows, bytes, buffered }: Record<keyof Held, string | null>): Held => ({
  parts: Number(parts ?? 0),
  rows: Number(rows ?? 0),
  bytes: Number(bytes ?? 0),
  buffered: Number(buffered ?? 0),
});
