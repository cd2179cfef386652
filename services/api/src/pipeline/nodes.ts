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
  /** Active parts of the partition that has the most: at 3,000 the server refuses inserts. */
  readonly fullestPartition: number;
  /** Of the disk that is nearest to being full: bytes free, and in all. */
  readonly diskFree: number;
  readonly diskTotal: number;
}

/** The server lists parts and tables only where the user may read something of them. */
const HELD = `
SELECT
    toString(count()) AS parts,
    toString(sum(rows)) AS rows,
    toString(sum(bytes_on_disk)) AS bytes,
    toString((SELECT sum(total_rows) FROM system.tables WHERE database = currentDatabase() AND engine = 'Buffer')) AS buffered,
    toString((
        SELECT max(parts)
        FROM (SELECT count() AS parts FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table, partition_id)
    )) AS fullestPartition,
    toString((SELECT argMin(free_space, free_space / total_space) FROM system.disks WHERE total_space > 0)) AS diskFree,
    toString((SELECT argMin(total_space, free_space / total_space) FROM system.disks WHERE total_space > 0)) AS diskTotal
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

const toHeld = (row: Record<keyof Held, string | null>): Held => ({
  parts: Number(row.parts ?? 0),
  rows: Number(row.rows ?? 0),
  bytes: Number(row.bytes ?? 0),
  buffered: Number(row.buffered ?? 0),
  fullestPartition: Number(row.fullestPartition ?? 0),
  diskFree: Number(row.diskFree ?? 0),
  diskTotal: Number(row.diskTotal ?? 0),
});
