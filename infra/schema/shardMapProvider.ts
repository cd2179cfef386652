import type { Provider } from "../dynamic/provider.ts";

export interface ShardMapProps {
  readonly shards: number;
}

/**
 * Remembers over how many shards the symbols were spread. Another number would put a symbol's new ticks on another
 * shard than its old ones, where they can't deduplicate each other: refused, in a preview already.
 */
export const shardMapProvider: Provider<ShardMapProps, ShardMapProps> = {
  async check(olds, news) {
    if (olds === undefined || olds.shards === news.shards) return [];
    const reason =
      `tickhouse:shards is ${news.shards}, the data was spread over ${olds.shards}: most symbols would move to another shard. ` +
      `Accepted: ${olds.shards}. To start over with ${news.shards}: destroy the stack (npm run down), set it, and replay the ticks.`;
    return [{ property: "shards", reason }];
  },
  diff: async (olds, news) => ({ changes: olds.shards !== news.shards }),
  create: async (inputs) => ({ id: "shards", outs: inputs }),
  read: async (_id, props) => props,
  update: async (_id, _olds, news) => news,
  delete: async () => undefined,
};
