import { join, resolve } from "node:path";

/** Root of the checkout. */
export const ROOT = resolve(import.meta.dirname, "../../..");

/** Folder of one process of a stack: `.tickhouse/dev/clickhouse-01`. */
export const processFolder = (stack: string, name: string): string => join(ROOT, ".tickhouse", stack, name);

/** Kafka's jars, put there by `npm run setup` from tools/kafka/pom.xml. */
export const KAFKA_VERSION = "4.2.1";
export const kafkaJars = (cache: string): string => join(cache, `kafka-${KAFKA_VERSION}`);
