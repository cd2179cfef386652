import {
  type BaseQueryParams,
  type ClickHouseClient,
  ClickHouseLogLevel,
  createClient,
} from "@clickhouse/client";
import { createRunning } from "@tickhouse/common";
import type { ClickHouseConfig } from "../config.ts";
import { ApiError } from "../errors.ts";
import { traceQuery } from "../tracing.ts";
import { createAgent } from "./agent.ts";
import { withDeadline } from "./deadline.ts";
import { toQueryError } from "./failures.ts";
import { blameOutOfTime } from "./outOfTime.ts";
import { NodePool } from "./pool.ts";
import type { Query, QueryAnswer, QueryObserver, QueryParams, Warehouse } from "./query.ts";
import { createQueryId } from "./queryId.ts";
import { openStream } from "./stream.ts";

/** A query that runs when the warehouse is closed has this long to end. */
const CLOSE_DEADLINE_MS = 2_000;

/**
 * Creates clients, which connect at the first query. The user is read-only with `readonly=1`, so nothing here may
 * send a setting: no compression of answers, no session, no `clickhouse_settings`.
 */
export function createWarehouse(config: ClickHouseConfig, observe: QueryObserver = () => {}): Warehouse {
  const pool = new NodePool(
    config.urls.map((url) => ({ url, client: createNodeClient(url, config), downUntilMs: 0 })),
  );
  const running = createRunning();
  const inTime = <Result>(
    clientSignal: AbortSignal,
    action: (client: ClickHouseClient, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> =>
    withDeadline(config.queryTimeoutMs, clientSignal, (signal) =>
      running.watch(pool.run(({ client }) => action(client, signal))),
    ).catch(async (error: unknown) => {
      if (!(error instanceof ApiError && error.code === "query_timeout")) throw error;
      const nodes = pool.nodes.map(({ client }) => client);
      throw await blameOutOfTime(error, nodes, config.queryTimeoutMs);
    });
  return {
    query: (query, params, options) =>
      observed(query.name, observe, () =>
        inTime(options.signal, (client, signal) => runOn(client, query, params, options.requestId, signal)),
      ),
    async stream(query, params, options) {
      const answer = await observed(query.name, observe, () =>
        inTime(options.signal, (client, signal) => openStream(client, query, params, options, signal)),
      );
      return { ...answer, stallMs: config.queryTimeoutMs };
    },
    async close() {
      await running.ended(CLOSE_DEADLINE_MS);
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

/** Tells the observer how a query went; of a stream, how its beginning did. */
async function observed<Result>(
  name: string,
  observe: QueryObserver,
  action: () => Promise<Result>,
): Promise<Result> {
  const started = performance.now();
  let outcome = "ok";
  try {
    return await action();
  } catch (thrown) {
    const error = toQueryError(thrown);
    outcome = error.code;
    throw error;
  } finally {
    observe(name, outcome, (performance.now() - started) / 1000);
  }
}

async function runOn<Params extends QueryParams, Row>(
  client: ClickHouseClient,
  query: Query<Params, Row>,
  params: Params,
  requestId: string,
  signal: AbortSignal,
): Promise<QueryAnswer<Row>> {
  signal.throwIfAborted();
  const queryId = createQueryId(requestId);
  return traceQuery(query.name, queryId, (headers) =>
    readAnswer(client, query, params, signal, {
      query_id: queryId,
      ...(headers !== undefined && { http_headers: headers }),
    }),
  );
}

async function readAnswer<Params extends QueryParams, Row>(
  client: ClickHouseClient,
  query: Query<Params, Row>,
  params: Params,
  signal: AbortSignal,
  more: Pick<BaseQueryParams, "query_id" | "http_headers">,
): Promise<QueryAnswer<Row>> {
  const result = await client.query({
    query: query.sql,
    query_params: { ...params },
    format: "JSON",
    abort_signal: signal,
    ...more,
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
