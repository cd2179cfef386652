import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { collectDefaultMetrics, Registry } from "prom-client";
import { z } from "zod";
import { port } from "./env.ts";

/** Where a service tells its metrics; no port, no listener. */
export interface MetricsConfig {
  readonly host: string;
  readonly port: number | undefined;
}

/** The environment variables of `MetricsConfig`, for a service's own schema. */
export const metricsEnv = {
  METRICS_HOST: z.string().default("127.0.0.1"),
  METRICS_PORT: port.optional(),
} as const;

export const metricsConfig = (env: {
  readonly METRICS_HOST: string;
  readonly METRICS_PORT?: number | undefined;
}): MetricsConfig => ({ host: env.METRICS_HOST, port: env.METRICS_PORT });

/** A registry of one service, with what every process tells of itself: CPU, memory, the event loop's lag. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** The port of the metrics is taken. */
export class MetricsPortError extends Error {
  override readonly name = "MetricsPortError";
  constructor(host: string, metricsPort: number, cause: unknown) {
    super(
      `port ${metricsPort} on ${host} is in use: stop what listens there, or set METRICS_PORT to a free port`,
      { cause },
    );
  }
}

export interface MetricsListener {
  /** The port itself, where 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Answers `GET /metrics` in Prometheus' format on a port of its own, so that whoever reaches the service need not reach
 * its figures. There is no key: the port is for loopback or the stack's own network.
 * @param scrape called before each answer, to refresh what is asked for only then
 * @throws MetricsPortError
 */
export async function serveMetrics(
  registry: Registry,
  { host, port: wanted }: { readonly host: string; readonly port: number },
  scrape: () => void = () => {},
): Promise<MetricsListener> {
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    if (path !== "/metrics") return void response.writeHead(404).end("There is only /metrics.\n");
    if (request.method !== "GET" && request.method !== "HEAD")
      return void response.writeHead(405, { Allow: "GET, HEAD" }).end();
    scrape();
    registry.metrics().then(
      (text) => response.writeHead(200, { "Content-Type": registry.contentType }).end(text),
      (error: unknown) => response.writeHead(500).end(`${String(error)}\n`),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new MetricsPortError(host, wanted, error) : error),
    );
    server.listen(wanted, host, resolve);
  });
  // A scraper does not keep a service alive.
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
