import { randomBytes } from "node:crypto";
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import type { ClickHouseConfig } from "../config.ts";
import { createAgent } from "./agent.ts";
import { withDeadline } from "./deadline.ts";
import { toQueryError } from "./failures.ts";
import { NodePool } from "./pool.ts";
import type { Query, QueryAnswer, QueryObserver, QueryParams, Warehouse } from "./query.ts";

/**
 * Creates clients, which connect at the first query. The user is read-only with `readonly=1`, so nothing here may
 * send a setting: no compression of answers, no session, no `clickhouse_settings`.
 */
export function createWarehouse(config: ClickHouseConfig, observe: QueryObserver = () => {}): Warehouse {
  const pool = new NodePool(
    config.urls.map((url) => ({ url, client: createNodeClient(url, config), downUntilMs: 0 })),
  );
  return {
    async query(query, params, options) {
      const started = performance.now();
      let outcome = "ok";
      try {
        return await withDeadline(config.queryTimeoutMs, options.signal, (signal) =>
          pool.run(({ client }) => runOn(client, query, params, options.requestId, signal)),
        );
      } catch (thrown) {
        const error = toQueryError(thrown);
        outcome = error.code;
        throw error;
      } finally {
        observe(query.name, outcome, (performance.now() - started) / 1000);
      }
    },
    async close() {
      await Promise.all(pool.nodes.map((node) => node.client.close()));
    },
  };
}

/** A client of one node, without a setting of its own. */
export function createNodeClient(url: string, config: ClickHouseConfig): ClickHouseClient {
  return createClient({
    url,
    username: config.username,
    password: config.password,
    database: config.database,
    application: "tickhouse-api",
    // The deadline below is the one that counts; this is a net under it.
    request_timeout: config.queryTimeoutMs + 1_000,
    http_agent: createAgent(url),
    // The client would print failed queries with their parameters to the console.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

async function runOn<Params extends QueryParams, Row>(
  client: ClickHouseClient,
  query: Query<Params, Row>,
  params: Params,
  requestId: string,
  signal: AbortSignal,
): Promise<QueryAnswer<Row>> {
  signal.throwIfAborted();
  const result = await client.query({
    query: query.sql,
    query_params: { ...params },
    format: "JSON",
    abort_signal: signal,
    // The server refuses an id that is running already, and a caller may send the same request id twice.
    query_id: `${requestId}.${randomBytes(4).toString("hex")}`,
  });
  // The client stops listening to the signal once headers have arrived.
  const stop = () => result.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const { data, statistics } = await result.json<Row>();
    if (statistics === undefined) throw new Error("the answer has no statistics");
    return {
      rows: data,
      stats: {
        elapsedMs: statistics.elapsed * 1000,
        rowsRead: statistics.rows_read,
        bytesRead: statistics.bytes_read,
      },
    };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
