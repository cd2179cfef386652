export { commaList, EnvError, loadEnv, port } from "./env.ts";
export { createLogger, type Logger, type LoggerOptions } from "./logger.ts";
export type { EventType, Side, Tick } from "./tick.ts";
