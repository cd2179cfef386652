import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createLogger, serveMetrics } from "@tickhouse/common";
import { hashKey } from "../access/apiKeys.ts";
import { createApp } from "../app.ts";
import { type Auditor, createAuditor } from "../audit/auditor.ts";
import { createWarehouse } from "../clickhouse/warehouse.ts";
import type { ClickHouseConfig, KafkaConfig, ReplayConfig } from "../config.ts";
import { createReplayer } from "../deadLetters/replayer.ts";
import { createMetrics } from "../metrics.ts";
import { createPipeline } from "../pipeline/pipeline.ts";
import type { Lifecycle } from "../routes/route.ts";
import { createScrape } from "../scrape.ts";
import { listen } from "../server.ts";
import type { StreamSettings } from "../stream/settings.ts";
import { Streams } from "../stream/streams.ts";

export interface TestApi {
  readonly url: string;
  readonly server: Server;
  readonly lifecycle: Lifecycle;
  readonly streams: Streams;
  get(path: string, init?: RequestInit): Promise<Response>;
  /** What Prometheus would read. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

export interface TestApiOptions {
  readonly clickhouse: Partial<ClickHouseConfig>;
  readonly kafka?: KafkaConfig | undefined;
  /** Dead letters can be sent again when this is given, and Kafka is. */
  readonly replay?: ReplayConfig | undefined;
  /** In place of one that asks Kafka and ClickHouse. */
  readonly auditor?: Auditor;
  /** The one key, named `test`. */
  readonly apiKey?: string;
  readonly requestsPerMinute?: number;
  readonly dashboardDir?: string;
  readonly docsDir?: string;
  readonly stream?: Partial<StreamSettings>;
}

const DEFAULTS: ClickHouseConfig = {
  urls: [],
  username: "api",
  password: "",
  database: "default",
  queryTimeoutMs: 10_000,
};

const STREAM: StreamSettings = {
  topic: "ticks",
  intervalMs: 20,
  settleMs: 10_000,
  maxClients: 100,
  maxSymbols: 100,
  bufferBytes: 1_048_576,
  heartbeatMs: 15_000,
};

/** The real app on a free port, without a log. */
export async function startApi(options: TestApiOptions): Promise<TestApi> {
  const { apiKey, dashboardDir, docsDir, kafka, replay, requestsPerMinute = 0 } = options;
  const metrics = createMetrics();
  const lifecycle: Lifecycle = { draining: false };
  const clickhouse = { ...DEFAULTS, ...options.clickhouse };
  const warehouse = createWarehouse(clickhouse, metrics.observeQuery);
  const auditor = options.auditor ?? (kafka && createAuditor(clickhouse, kafka));
  const replayer = kafka && replay && createReplayer({ clickhouse, kafka, replay });
  const pipeline = createPipeline(warehouse, clickhouse, kafka);
  const logger = createLogger({ name: "api-test", level: "silent" });
  const streams = new Streams({
    warehouse,
    settings: { ...STREAM, ...options.stream },
    latenessSeconds: 60,
    logger,
    observer: metrics.streams,
  });
  const app = createApp({
    streams,
    warehouse,
    auditor,
    pipeline,
    topic: kafka?.topic,
    replayer,
    lifecycle,
    latenessSeconds: 60,
    metrics,
    logger,
    apiKeys: apiKey === undefined ? undefined : [{ name: "test", sha256: hashKey(apiKey) }],
    requestsPerMinute,
    dashboardDir,
    docsDir,
  });
  const server = await listen(app, "127.0.0.1", 0);
  const told = await serveMetrics(
    metrics.registry,
    { host: "127.0.0.1", port: 0 },
    createScrape({ metrics, auditor, pipeline, topic: kafka?.topic, logger }),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    server,
    lifecycle,
    streams,
    get: (path, init) => fetch(url + path, init),
    metrics: async () => (await fetch(`http://127.0.0.1:${told.port}/metrics`)).text(),
    async stop() {
      const streamsClosed = streams.close();
      await told.close();
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
      await streamsClosed;
      await Promise.all([warehouse.close(), auditor?.close(), pipeline.close(), replayer?.close()]);
    },
  };
}
