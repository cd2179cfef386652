import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Root of the checkout. */
export const ROOT = resolve(import.meta.dirname, "../../..");

/** Where every process but the API listens. */
export const HOST = "127.0.0.1";

/** Folder of one process of a stack: `.tickhouse/dev/clickhouse-01`. */
export const processFolder = (stack: string, name: string): string => join(ROOT, ".tickhouse", stack, name);

/** What is slow to get and the same for every checkout: outside of all of them. `TICKHOUSE_CACHE` moves it. */
export const cacheFolder = (): string =>
  process.env["TICKHOUSE_CACHE"] ?? join(homedir(), ".cache", "tickhouse");

/** Kafka's jars, put there by `npm run setup` from tools/kafka/pom.xml. */
export const KAFKA_VERSION = "4.2.1";
export const kafkaJars = (): string => join(cacheFolder(), `kafka-${KAFKA_VERSION}`);
