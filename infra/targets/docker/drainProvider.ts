import { type Connection, whereReachable, withNode } from "../../clickhouse/connection.ts";
import { flushTables } from "../../clickhouse/flush.ts";
import type { Provider } from "../../dynamic/provider.ts";
import { InfraError } from "../../errors.ts";

export interface DrainInputs {
  readonly node: Connection;
  /** Id of the node's container: with another one, the old one is about to go. */
  readonly containerId: string;
}

/**
 * Stands between a node and its removal: when the container is to be replaced, this goes first, and brings the node to
 * rest. Its consumers come back with the new container, at the offsets that were committed.
 */
export const drainProvider: Provider<DrainInputs, DrainInputs> = {
  check: async () => [],
  async diff(olds, news) {
    const replaced = olds.containerId !== news.containerId;
    return {
      changes: replaced || JSON.stringify(olds.node) !== JSON.stringify(news.node),
      replaces: replaced ? ["containerId"] : [],
      deleteBeforeReplace: true,
    };
  },
  create: async (inputs) => ({ id: inputs.node.node, outs: inputs }),
  read: async (_id, props) => props,
  update: async (_id, _olds, news) => news,
  async delete(_id, { node }) {
    // A node that is down has nothing in memory.
    await whereReachable(() => withNode(node, flushTables)).catch((error: unknown) => {
      if (!isAtRest(error)) throw error;
    });
  },
};

/** Number: ClickHouse `src/Common/ErrorCodes.cpp`. */
const UNKNOWN_DATABASE = "81";

/**
 * Whether a node is to be stopped as it is: it never got a schema, or it has new users already and knows this one no
 * more; then what it had not committed is read again.
 */
const isAtRest = (error: unknown): boolean =>
  error instanceof InfraError &&
  (error.code === "LOGIN_REFUSED" ||
    (error.cause as { readonly code?: string } | undefined)?.code === UNKNOWN_DATABASE);
