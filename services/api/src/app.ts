import type { Logger } from "@tickhouse/common";
import compression from "compression";
import express, { type Express } from "express";
import { createGuard, type GuardArgs } from "./access/guard.ts";
import { createAccessLog } from "./accessLog.ts";
import { createDocs } from "./docs.ts";
import { ApiError } from "./errors.ts";
import type { Metrics } from "./metrics.ts";
import { createOpenApi } from "./openapi.ts";
import { requireOwnSite } from "./ownSite.ts";
import { problemHandler } from "./problem.ts";
import { routes } from "./routes/index.ts";
import { mountRoute, refuseMethod, type Services } from "./routes/route.ts";
import { mountStream, streamDescription } from "./routes/stream.ts";
import { securityHeaders } from "./securityHeaders.ts";
import { createDashboard } from "./static.ts";
import type { Streams } from "./stream/streams.ts";
import { traceRequests } from "./tracing.ts";

export interface AppDeps extends Services, Omit<GuardArgs, "onRefused"> {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly streams: Streams;
  readonly dashboardDir?: string | undefined;
  readonly docsDir?: string | undefined;
  /** Whether the app itself is served over TLS. @default false */
  readonly secure?: boolean;
}

/** Wires the API. Listens nowhere and opens nothing, so that a test can build one of its own. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.set("etag", false);
  app.disable("x-powered-by");
  const guard = createGuard({ ...deps, onRefused: (refused) => tellRefused(deps, refused) });
  const limited = firstSegments([...routes, streamDescription].filter(({ access }) => access === "data"));
  app.use((request, response, next) =>
    limited.has(firstSegment(request.path)) ? guard.limit(request, response, next) : next(),
  );
  app.use(
    createAccessLog(deps.logger),
    traceRequests,
    deps.metrics.measureRequests,
    securityHeaders(deps.secure ?? false),
    compressed(),
  );
  app.use((_request, response, next) => {
    // A connection kept alive would hold up the drain until it times out.
    if (deps.lifecycle.draining) response.set("Connection", "close");
    next();
  });

  const guards = { key: guard.key, ownSite: requireOwnSite(deps.apiKeys !== undefined) };
  for (const route of routes) mountRoute(app, route, deps, guards);
  mountStream(app, deps.streams, guards.key);
  mountDocuments(app, deps);

  app.use("/docs", createDocs(deps.docsDir));
  app.use(createDashboard(deps.dashboardDir));
  app.use((request) => {
    throw new ApiError(
      "not_found",
      `There is nothing at ${request.path}; /openapi.json lists what there is.`,
    );
  });
  app.use(problemHandler);
  return app;
}

/** Express finds a route whatever the case of its path. */
const firstSegment = (path: string): string => path.split("/", 2)[1]?.toLowerCase() ?? "";
const firstSegments = (described: readonly { readonly path: string }[]): ReadonlySet<string> =>
  new Set(described.map(({ path }) => firstSegment(path)));

/** A line for the first refusal of each client's window: one for each would help whoever floods us. */
function tellRefused(
  { metrics, logger }: AppDeps,
  { first, ...refused }: { readonly who: string; readonly path: string; readonly first: boolean },
): void {
  metrics.refused();
  if (first) logger.warn(refused, "a client asks more often than it may; what it asks beyond is refused");
}

/** A fixed document, which is no route with schemas. */
function mountDocuments(app: Express, { apiKeys }: AppDeps): void {
  const document = createOpenApi(routes, { keyNeeded: apiKeys !== undefined });
  app
    .route("/openapi.json")
    .get((_request, response) => {
      response.locals["route"] = "/openapi.json";
      response.set("Cache-Control", "no-store").json(document);
    })
    .all(refuseMethod);
}

/** An answer shorter than this is sent as it is. */
const COMPRESSED_FROM_BYTES = 1024;

/**
 * Text is compressed here, except what ClickHouse compresses itself (tables/formats.ts), and events, which must not wait
 * for a block to be full. Arrow and Parquet are no text.
 */
function compressed() {
  return compression({
    threshold: COMPRESSED_FROM_BYTES,
    filter(request, response) {
      const type = String(response.getHeader("Content-Type") ?? "");
      return !/^text\/(?:csv|event-stream)/.test(type) && compression.filter(request, response);
    },
  });
}
