import type { Writer } from "@tickhouse/dead-letters";
import type { ClickHouseConfig } from "../config.ts";
import { toQueryError } from "./failures.ts";
import { NodePool } from "./pool.ts";
import { createNodeClient } from "./warehouse.ts";

/**
 * Runs statements as another user than the one that reads. A statement is repeated, on another node as well, when its
 * connection broke, so it has to be one that may be.
 */
export function createWriter(config: ClickHouseConfig): Writer & { close(): Promise<void> } {
  const pool = new NodePool(
    config.urls.map((url) => ({ url, client: createNodeClient(url, config), downUntilMs: 0 })),
  );
  return {
    async run(sql, params = {}) {
      try {
        await pool.run(({ client }) => client.command({ query: sql, query_params: params }));
      } catch (thrown) {
        throw toQueryError(thrown);
      }
    },
    async close() {
      await Promise.all(pool.nodes.map(({ client }) => client.close()));
    },
  };
}
