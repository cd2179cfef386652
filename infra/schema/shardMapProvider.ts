import { type Connection, withNode } from "../clickhouse/connection.ts";
import type { Provider } from "../dynamic/provider.ts";

export interface ShardMapProps {
  readonly shards: number;
  /** Whether another number of shards is wanted although data is there. */
  readonly allowChange: boolean;
  /** The nodes that can say what would have to move. */
  readonly cluster: readonly Connection[];
}

/**
 * Remembers over how many shards the symbols were spread. Another number would put most symbols' new ticks on another
 * shard than their old ones, where they can't deduplicate each other: refused, in a preview already, unless it is
 * allowed explicitly.
 */
export const shardMapProvider: Provider<ShardMapProps, ShardMapProps> = {
  async check(olds, news) {
    if (olds === undefined || olds.shards === news.shards) return [];
    if (news.allowChange && news.shards > olds.shards) return [];
    const lower = news.shards < olds.shards;
    const reason =
      `tickhouse:shards is ${news.shards}, the data was spread over ${olds.shards}: ${await whatWouldMove(olds, news.shards)}. Accepted: ${olds.shards}. ` +
      (lower
        ? "A shard is not taken away with its data. "
        : "To add shards all the same (old ticks stay where they are, a late duplicate of one is then counted again): pulumi config set tickhouse:allowShardChange true. ") +
      `To start over with ${news.shards}: destroy the stack, set it, bring it up, and replay the ticks.`;
    return [{ property: "shards", reason }];
  },
  diff: async (olds, news) => ({
    changes:
      olds.shards !== news.shards ||
      olds.allowChange !== news.allowChange ||
      JSON.stringify(olds.cluster) !== JSON.stringify(news.cluster),
  }),
  create: async (inputs) => ({ id: "shards", outs: inputs }),
  read: async (_id, props) => props,
  update: async (_id, _olds, news) => news,
  delete: async () => undefined,
};

/** `7 of 10 symbols with 1200 ticks (AAPL, MSFT, …) would move`, as the nodes count them. */
async function whatWouldMove({ shards, cluster }: ShardMapProps, wanted: number): Promise<string> {
  const [node] = cluster;
  const unknown = "most symbols would move to another shard";
  if (node === undefined) return unknown;
  const moving = await withNode(node, (session) =>
    session.rows<{ symbol: string; ticks: string; moves: number }>(
      `SELECT symbol, count() AS ticks, cityHash64(symbol) % {from:UInt32} != cityHash64(symbol) % {to:UInt32} AS moves
       FROM ticks_all GROUP BY symbol ORDER BY symbol`,
      { from: shards, to: wanted },
    ),
  ).catch(() => undefined);
  if (moving === undefined) return unknown;
  const moved = moving.filter(({ moves }) => Number(moves) === 1);
  const ticks = moved.reduce((sum, row) => sum + Number(row.ticks), 0);
  const some = moved
    .slice(0, 5)
    .map(({ symbol }) => symbol)
    .join(", ");
  return `${moved.length} of ${moving.length} symbols with ${ticks} ticks${some === "" ? "" : ` (${some}${moved.length > 5 ? ", …" : ""})`} would move to another shard`;
}
