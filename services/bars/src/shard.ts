import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import type { ClickHouseConfig } from "./config.ts";

/** The longest that one statement may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 120_000;

/** One shard of the cluster, through whichever of its replicas answers. */
export interface Shard {
  /** With its addresses, for messages. */
  readonly name: string;
  /** From 1, in the order of the configuration. */
  readonly id: number;
  /** Runs `work` on the replica that answered last, or on the next one. Fails when none does. */
  run<T>(work: (client: ClickHouseClient, fresh: boolean) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Clients of each shard's replicas; they connect at the first statement.
 * `fresh` tells the work that its replica is another one than before: it may be behind the one that was written to.
 */
export function openShards(config: ClickHouseConfig): Shard[] {
  return config.shards.map((urls, index) => {
    const clients = urls.map((url) =>
      createClient({
        url,
        username: config.username,
        password: config.password,
        database: config.database,
        application: "tickhouse-bars",
        request_timeout: REQUEST_TIMEOUT_MS,
        log: { level: ClickHouseLogLevel.OFF },
      }),
    );
    return createShard(index + 1, `shard ${index + 1} (${urls.join(", ")})`, clients);
  });
}

/** The failover of `openShards`, over any clients. */
export function createShard(id: number, name: string, clients: readonly ClickHouseClient[]): Shard {
  let at = 0;
  let fresh = true;
  return {
    id,
    name,
    async run(work) {
      let failure: unknown;
      for (let tries = 0; tries < clients.length; tries += 1) {
        const client = clients[at];
        if (client === undefined) break;
        try {
          const done = await work(client, fresh);
          fresh = false;
          return done;
        } catch (error) {
          failure = error;
          fresh = true;
          at = (at + 1) % clients.length;
        }
      }
      throw failure;
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
