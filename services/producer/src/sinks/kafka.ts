import { type KafkaLogin, type Logger, securityOf, traceHeaders } from "@tickhouse/common";
import { CompressionTypes, Kafka, type logCreator, logLevel, Partitioners } from "kafkajs";
import { messageOf, ProducerError } from "../errors.ts";
import type { Message } from "../packer.ts";
import type { Sink } from "./sink.ts";
import { withDeadline } from "./withDeadline.ts";

export interface KafkaSinkOptions {
  /** host:port, at least one. */
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Absent where the brokers ask for none. */
  readonly login?: KafkaLogin | undefined;
  readonly clientId: string;
  readonly compression: "none" | "gzip";
  /** For the first contact, ms. */
  readonly connectTimeoutMs: number;
  /** For one batch, retries included, ms. */
  readonly deliveryTimeoutMs: number;
}

/** Longest wait for one TCP connection, so that one dead address of several does not use up the deadline. */
const SOCKET_TIMEOUT_MS = 3_000;
/** Longest wait for a clean goodbye. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * Sends to a Kafka topic that exists: idempotent, acknowledged by all in-sync replicas, partitioned by key like
 * the Java client's default. kafkajs retries without end (a limit of its own would give up its exactly-once
 * sequence); the two deadlines here bound it.
 */
export function createKafkaSink(options: KafkaSinkOptions, log: Logger): Sink {
  const { brokers, topic } = options;
  const retry = { initialRetryTime: 100, maxRetryTime: 2_000, retries: Number.MAX_SAFE_INTEGER };
  let muted = false;
  const kafka = new Kafka({
    clientId: options.clientId,
    brokers: [...brokers],
    ...securityOf(options.login),
    connectionTimeout: Math.min(SOCKET_TIMEOUT_MS, options.connectTimeoutMs),
    retry,
    logLevel: logLevel.WARN,
    logCreator: forwardLogs(log, () => muted),
  });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry,
  });
  const compression = options.compression === "gzip" ? CompressionTypes.GZIP : CompressionTypes.None;

  async function connect(): Promise<void> {
    const admin = kafka.admin();
    await admin.connect();
    const topics = await admin.listTopics();
    await admin.disconnect();
    if (!topics.includes(topic)) {
      const known = topics.filter((name) => !name.startsWith("__")).sort();
      throw new ProducerError(
        "TOPIC_MISSING",
        `--topic = "${topic}": not on ${brokers.join(", ")}; accepted: an existing topic` +
          `${known.length > 0 ? ` (${known.join(", ")})` : ""}. The producer never creates one.`,
      );
    }
    await producer.connect();
  }

  return {
    description: `topic ${topic} at ${brokers.join(",")}`,
    connect: () =>
      withDeadline(connect(), options.connectTimeoutMs, () => {
        muted = true;
        return new ProducerError(
          "BROKER_UNREACHABLE",
          `Kafka at ${brokers.join(", ")} did not answer within ${options.connectTimeoutMs / 1000} s. ` +
            "Check that it runs (npm run up), that --brokers (KAFKA_BOOTSTRAP) names it, and that its " +
            "advertised listeners can be reached from here. --connect-timeout waits longer.",
        );
      }),
    async send(messages) {
      const headers = traceHeaders();
      const traced = headers === undefined ? {} : { headers };
      const request = {
        topic,
        acks: -1,
        compression,
        messages: messages.map((message) => ({ ...toKafka(message), ...traced })),
      };
      const sent = producer.send(request).catch((cause: unknown) => {
        const refused = `Kafka refused a batch for ${topic}: ${messageOf(cause)}`;
        throw isAboutLogin(cause)
          ? new ProducerError("LOGIN_REFUSED", `${refused}. ${AFTER_A_ROTATION}`, { cause })
          : new ProducerError("DELIVERY_FAILED", refused, { cause });
      });
      await withDeadline(sent, options.deliveryTimeoutMs, () => {
        muted = true;
        return new ProducerError(
          "DELIVERY_TIMEOUT",
          `Kafka at ${brokers.join(", ")} did not acknowledge a batch of ${messages.length} message(s) within ` +
            `${options.deliveryTimeoutMs / 1000} s. It may or may not be stored: sending the same ticks again is safe, ` +
            "duplicates are recognised. --delivery-timeout waits longer.",
        );
      });
    },
    async close() {
      muted = true;
      await withDeadline(producer.disconnect(), CLOSE_TIMEOUT_MS, () => undefined);
    },
  };
}

const AFTER_A_ROTATION =
  "If the passwords were changed meanwhile, run the same command with the new login (npm run produce takes it by itself): " +
  "sending the same ticks again is safe, duplicates are recognised.";

/** Whether Kafka refuses who asks, not what is asked. */
export function isAboutLogin(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, type, cause } = error as Error & { type?: string };
  return (
    name === "KafkaJSSASLAuthenticationError" ||
    type?.endsWith("_AUTHORIZATION_FAILED") === true ||
    isAboutLogin(cause)
  );
}

/** A message without a key gets a fixed partition: kafkajs would pick another one when it retries. */
function toKafka({ key, value }: Message) {
  return key === null ? { key, value, partition: 0 } : { key, value };
}

/** kafkajs reports as errors what it then retries; here they are warnings, and the deadlines are the errors. */
function forwardLogs(log: Logger, isMuted: () => boolean): logCreator {
  return () =>
    ({ namespace, level, log: { message, timestamp: _, stack: __, ...fields } }) => {
      if (isMuted()) return;
      const line = `kafka: ${namespace}: ${message}`;
      // Each failed connection is told twice: by itself, and by whoever wanted it.
      if (level <= logLevel.WARN && namespace !== "Connection") log.warn(fields, line);
      else log.debug(fields, line);
    };
}
