import { createRegistry } from "@tickhouse/common";
import type { RequestHandler } from "express";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { QueryObserver } from "./clickhouse/query.ts";
import type { StreamObserver } from "./stream/streams.ts";

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export interface Metrics {
  readonly registry: Registry;
  /** Times requests by the route's pattern, never by the path, which has no bound. */
  readonly measureRequests: RequestHandler;
  /** Counts requests that the limit refused; they are in no other metric. */
  refused(): void;
  readonly observeQuery: QueryObserver;
  readonly streams: StreamObserver;
}

/** Metrics of one app in a registry of their own, so that two apps can live in one process. */
export function createMetrics(): Metrics {
  const registry = createRegistry();
  const requests = new Histogram({
    name: "tickhouse_api_request_duration_seconds",
    help: "Time from a request's arrival to the end of its answer.",
    labelNames: ["method", "route", "status"],
    buckets: SECONDS,
    registers: [registry],
  });
  const refusals = new Counter({
    name: "tickhouse_api_rate_limited_requests_total",
    help: "Requests that were refused because their client asked too often.",
    registers: [registry],
  });
  const queries = new Histogram({
    name: "tickhouse_api_clickhouse_query_duration_seconds",
    help: "Time of a ClickHouse query as the API saw it, failover included.",
    labelNames: ["query"],
    buckets: SECONDS,
    registers: [registry],
  });
  const failures = new Counter({
    name: "tickhouse_api_clickhouse_query_failures_total",
    help: "ClickHouse queries that failed, by error code.",
    labelNames: ["query", "code"],
    registers: [registry],
  });
  const streamClients = new Gauge({
    name: "tickhouse_api_stream_clients",
    help: "Clients of the live stream.",
    registers: [registry],
  });
  const streamEnds = new Counter({
    name: "tickhouse_api_stream_ends_total",
    help: "Streams that ended: left by the client, or the code of the event `end`.",
    labelNames: ["code"],
    registers: [registry],
  });

  return {
    registry,
    refused: () => refusals.inc(),
    measureRequests(request, response, next) {
      const started = performance.now();
      response.once("close", () => {
        const route = typeof response.locals["route"] === "string" ? response.locals["route"] : "other";
        // A connection that closed before its answer ended is the client's doing.
        const status = response.writableFinished ? response.statusCode : 499;
        requests.observe(
          { method: knownMethod(request.method), route, status },
          (performance.now() - started) / 1000,
        );
      });
      next();
    },
    observeQuery(name, outcome, seconds) {
      queries.observe({ query: name }, seconds);
      if (outcome !== "ok") failures.inc({ query: name, code: outcome });
    },
    streams: {
      clients: (count) => streamClients.set(count),
      ended: (code) => streamEnds.inc({ code }),
    },
  };
}

const METHODS = new Set(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]);
const knownMethod = (method: string): string => (METHODS.has(method) ? method : "other");
