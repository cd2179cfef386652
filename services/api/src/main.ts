import type { RequestListener } from "node:http";
import {
  createLogger,
  EnvError,
  type Logger,
  MetricsPortError,
  serveMetrics,
  startTracing,
} from "@tickhouse/common";
import { createApp } from "./app.ts";
import { createAuditor } from "./audit/auditor.ts";
import { createWarehouse } from "./clickhouse/warehouse.ts";
import { loadConfig } from "./config.ts";
import { createReplayer } from "./deadLetters/replayer.ts";
import { createMetrics } from "./metrics.ts";
import { createPipeline } from "./pipeline/pipeline.ts";
import type { Lifecycle } from "./routes/route.ts";
import { createScrape } from "./scrape.ts";
import { drain, listen, listenSecurely, PortInUseError, type Server } from "./server.ts";
import { Streams } from "./stream/streams.ts";
import {
  type Certificate,
  CertificateError,
  type CertificateFiles,
  readCertificate,
} from "./tls/certificate.ts";
import { createCertificateGauge } from "./tls/gauge.ts";
import { createPeerScrape, tlsPeers } from "./tls/peers.ts";
import { renewCertificate } from "./tls/renewal.ts";

/** Requests that run when the process is told to stop have this long to finish. */
const DRAIN_DEADLINE_MS = 10_000;

/** A log file or a socket that is left open may not keep a drained process alive. */
const EXIT_GRACE_MS = 500;

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger({ name: "api", level: config.logLevel, file: config.logFile });
  const tracing = await startTracing({ service: "tickhouse-api", endpoint: config.otlpEndpoint });
  const lifecycle: Lifecycle = { draining: false };
  const metrics = createMetrics();
  const warehouse = createWarehouse(config.clickhouse, metrics.observeQuery);
  const auditor = config.kafka && createAuditor(config.clickhouse, config.kafka);
  const { clickhouse, kafka, replay, latenessSeconds, stream: settings } = config;
  const replayer = kafka && replay && createReplayer({ clickhouse, kafka, replay });
  const pipeline = createPipeline(warehouse, clickhouse, kafka);
  const streams = new Streams({ warehouse, settings, latenessSeconds, logger, observer: metrics.streams });
  const app = createApp({
    ...config,
    warehouse,
    auditor,
    pipeline,
    topic: kafka?.topic,
    replayer,
    lifecycle,
    logger,
    metrics,
    streams,
    secure: config.tls !== undefined,
  });
  const certificates = createCertificateGauge(metrics.registry);
  const { port } = config.metrics;
  if (port !== undefined) {
    const scrape = createScrape({ metrics, auditor, pipeline, topic: kafka?.topic, logger });
    const scrapePeers = createPeerScrape(tlsPeers(clickhouse, kafka), certificates, (error) =>
      logger.warn({ err: error }, "a server's certificate could not be looked at"),
    );
    await serveMetrics(metrics.registry, { host: config.metrics.host, port }, () => {
      scrape();
      scrapePeers();
    });
  }
  const server =
    config.tls === undefined
      ? await listen(app, config.host, config.port)
      : await serveSecurely({ ...config, app, files: config.tls, certificates, logger });
  logger.info(
    {
      address: server.address(),
      clickhouse: config.clickhouse.urls,
      keys: config.apiKeys?.map(({ name }) => name),
    },
    "listening",
  );
  const close = () =>
    Promise.all([warehouse.close(), auditor?.close(), pipeline.close(), replayer?.close(), tracing.close()]);
  stopOnSignal({ server, streams, close, lifecycle, logger });
}

interface SecureArgs {
  readonly app: RequestListener;
  readonly host: string;
  readonly port: number;
  readonly files: CertificateFiles;
  readonly certificates: (server: string, notAfterSeconds: number) => void;
  readonly logger: Logger;
}

/** Listens with a certificate, and with the next one as soon as it is there. */
async function serveSecurely({ app, host, port, files, certificates, logger }: SecureArgs): Promise<Server> {
  const tell = ({ notAfterSeconds }: Certificate) => certificates("api", notAfterSeconds);
  const certificate = readCertificate(files);
  tell(certificate);
  const server = await listenSecurely(app, host, port, certificate);
  renewCertificate({ server, files, logger, onRenewed: tell });
  return server;
}

interface Running {
  readonly server: Server;
  readonly streams: Streams;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  close(): Promise<unknown>;
}

function stopOnSignal({ server, streams, close, lifecycle, logger }: Running): void {
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    // Who asks twice does not want to wait.
    if (lifecycle.draining) process.exit(1);
    lifecycle.draining = true;
    logger.info({ signal, deadlineMs: DRAIN_DEADLINE_MS }, "draining");
    const [finished] = await Promise.all([drain(server, DRAIN_DEADLINE_MS), streams.close()]);
    await close();
    logger.info({ finished }, finished ? "stopped" : "stopped; requests were cut at the deadline");
    setTimeout(() => process.exit(0), EXIT_GRACE_MS).unref();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

main().catch((error: unknown) => {
  // What the user can put right is a message; anything else keeps its stack.
  const known = [EnvError, PortInUseError, MetricsPortError, CertificateError].some(
    (expected) => error instanceof expected,
  );
  console.error(
    known && error instanceof Error ? `api: ${error.message}`.replace(/^api: api: /, "api: ") : error,
  );
  process.exitCode = 1;
});
