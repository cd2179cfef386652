import type { Provider } from "../dynamic/provider.ts";

export interface KeeperEnsembleProps {
  readonly keepers: number;
}

/**
 * Remembers how many members the ensemble has. Started with other members, each with an empty log of the new raft
 * group, the ensemble would forget every replica: refused, in a preview already.
 */
export const keeperEnsembleProvider: Provider<KeeperEnsembleProps, KeeperEnsembleProps> = {
  async check(olds, news) {
    if (olds === undefined || olds.keepers === news.keepers) return [];
    const reason =
      `tickhouse:keepers is ${news.keepers}, the ensemble has ${olds.keepers}: changed in place it would be empty, and every table read-only. ` +
      `Accepted: ${olds.keepers}. To get ${news.keepers}: destroy the stack, set it, bring it up, and replay the ticks.`;
    return [{ property: "keepers", reason }];
  },
  diff: async (olds, news) => ({ changes: olds.keepers !== news.keepers }),
  create: async (inputs) => ({ id: "keepers", outs: inputs }),
  read: async (_id, props) => props,
  update: async (_id, _olds, news) => news,
  delete: async () => undefined,
};
