import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { inSpan, traceHeaders } from "@tickhouse/common";
import type { RequestHandler } from "express";

const tracer = trace.getTracer("tickhouse-api");

/**
 * A span of each request, a child of the caller's where one is told. Named by the route's pattern when the answer ends;
 * attributes as OpenTelemetry's conventions for HTTP servers have them.
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export const traceRequests: RequestHandler = (request, response, next) => {
  // Asked every few seconds by machines, of which nobody looks for a trace.
  if (request.path.startsWith("/health/")) return next();
  const caller = propagation.extract(context.active(), request.headers);
  const span = tracer.startSpan(
    request.method,
    {
      kind: SpanKind.SERVER,
      attributes: { "http.request.method": request.method, "url.path": request.path },
    },
    caller,
  );
  response.once("close", () => {
    const route: unknown = response.locals["route"];
    if (typeof route === "string") {
      span.updateName(`${request.method} ${route}`);
      span.setAttribute("http.route", route);
    }
    span.setAttribute("http.response.status_code", response.statusCode);
    if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  context.with(trace.setSpan(caller, span), next);
};

/**
 * A span of a query, from its sending until its answer, or its beginning where it streams.
 * @param name the query's label
 * @param run is handed the headers by which ClickHouse joins the trace; undefined where nothing is traced
 */
export const traceQuery = <Result>(
  name: string,
  queryId: string,
  run: (headers: Record<string, string> | undefined) => Promise<Result>,
): Promise<Result> => {
  const attributes = {
    "db.system.name": "clickhouse",
    "db.query.summary": name,
    "tickhouse.query_id": queryId,
  };
  const options = { kind: SpanKind.CLIENT, attributes };
  return inSpan(tracer, `clickhouse ${name}`, options, () => run(traceHeaders()));
};
