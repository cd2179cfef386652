import {
  context,
  propagation,
  ROOT_CONTEXT,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
} from "@opentelemetry/api";
import { z } from "zod";

/** The environment variable that turns traces on, for a service's own schema: as every OpenTelemetry SDK calls it. */
export const tracingEnv = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: "accepted: the base URL of a collector, http://host:4318" })
    .optional(),
} as const;

export interface Tracing {
  /** Sends what is not sent yet, for as long as that takes, but no longer than the deadline. */
  close(): Promise<void>;
}

export interface TracingOptions {
  /** `tickhouse-api` */
  readonly service: string;
  /** Base URL of a collector, for OTLP over HTTP; undefined for no traces. */
  readonly endpoint: string | undefined;
}

/** An export that takes longer is given up: traces are worth less than what they are of. */
const EXPORT_TIMEOUT_MS = 5_000;
const CLOSE_DEADLINE_MS = 2_000;

/**
 * Turns traces on for this process. The SDK is loaded only then: without an endpoint `@opentelemetry/api` has no provider,
 * its spans are one shared object that does nothing, and no header is written.
 */
export async function startTracing({ service, endpoint }: TracingOptions): Promise<Tracing> {
  if (endpoint === undefined) return { close: async () => undefined };
  const [{ NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import("@opentelemetry/sdk-trace-node"),
      import("@opentelemetry/exporter-trace-otlp-http"),
      import("@opentelemetry/resources"),
    ]);
  const url = `${endpoint.replace(/\/$/, "")}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MS });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": service }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  // With the W3C propagator, and contexts that follow what is awaited.
  provider.register();
  return {
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_DEADLINE_MS);
      });
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}

/** Does something as a span of its own, which ends with it, and tells of its failure. */
export const inSpan = <Result>(
  tracer: Tracer,
  name: string,
  options: SpanOptions,
  work: () => Promise<Result>,
): Promise<Result> =>
  tracer.startActiveSpan(name, options, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });

/** W3C `traceparent` of what is going on, for whoever is asked next; undefined where nothing is traced. */
export function traceHeaders(): Record<string, string> | undefined {
  if (context.active() === ROOT_CONTEXT) return undefined;
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return Object.keys(headers).length === 0 ? undefined : headers;
}
