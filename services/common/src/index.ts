export { commaList, EnvError, httpUrl, loadEnv, logLevel, port, secretFile } from "./env.ts";
export { createHeartbeat, type Heartbeat } from "./heartbeat.ts";
export { type KafkaLogin, kafkaLogin, securityOf } from "./kafkaLogin.ts";
export { createLogger, type Logger, type LoggerOptions } from "./logger.ts";
export {
  createRegistry,
  type MetricsConfig,
  type MetricsListener,
  MetricsPortError,
  metricsConfig,
  metricsEnv,
  serveMetrics,
} from "./metrics.ts";
export { createRunning, type Running } from "./running.ts";
export { exactDecimal } from "./sql.ts";
export type { EventType, Side, Tick } from "./tick.ts";
export { inSpan, startTracing, type Tracing, traceHeaders, tracingEnv } from "./tracing.ts";
