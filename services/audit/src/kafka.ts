import { setTimeout as pause } from "node:timers/promises";
import { type KafkaLogin, securityOf } from "@tickhouse/common";
import kafkajs, { type Admin } from "kafkajs";
import { AuditError } from "./errors.ts";

export interface KafkaOptions {
  /** `host:port`, comma-separated. */
  readonly bootstrap: string;
  readonly topic: string;
  /** Consumer group of the warehouse. */
  readonly group: string;
  /** Absent where the broker asks for none. */
  readonly login?: KafkaLogin | undefined;
  /** For everything that is asked of Kafka. @default 15000 */
  readonly deadlineMs?: number;
}

/** What Kafka says of one partition. */
export interface PartitionOffsets {
  readonly partition: number;
  /** The oldest offset that it still has. */
  readonly low: bigint;
  /** The offset that the next message will have. */
  readonly end: bigint;
  /** The offset that the group reads next; undefined where it has committed nothing. */
  readonly committed: bigint | undefined;
}

const DEADLINE_MS = 15_000;
const PAUSE_MS = 200;
const GOODBYE_MS = 2_000;
const CLIENT_ID = "tickhouse-audit";

/** How a client of ours reaches Kafka. */
export interface KafkaClientOptions extends Pick<KafkaOptions, "bootstrap" | "login" | "deadlineMs"> {
  /** Its name in the broker's log. */
  readonly clientId?: string;
}

/** A client that says nothing by itself and does not outlast a deadline. */
export const openKafka = ({
  bootstrap,
  login,
  deadlineMs = DEADLINE_MS,
  clientId = CLIENT_ID,
}: KafkaClientOptions): kafkajs.Kafka =>
  new kafkajs.Kafka({
    clientId,
    ...securityOf(login),
    brokers: bootstrap.split(",").map((each) => each.trim()),
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: Math.min(3_000, deadlineMs),
    requestTimeout: deadlineMs,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: Math.ceil(deadlineMs / 1_000) },
  });

/**
 * Reads where the group is, then how far each partition goes: what is committed is stored, and lies before the end.
 * @throws AuditError KAFKA_UNREACHABLE, TOPIC_MISSING, KAFKA_FAILED
 */
export async function readKafka(options: KafkaOptions): Promise<PartitionOffsets[]> {
  const { topic, group } = options;
  return withAdmin(options, async (admin) => {
    const committed = new Map<number, bigint>();
    for (const { partitions } of await admin.fetchOffsets({ groupId: group, topics: [topic] }))
      for (const { partition, offset } of partitions)
        if (BigInt(offset) >= 0n) committed.set(partition, BigInt(offset));
    const ends = await admin.fetchTopicOffsets(topic);
    return ends
      .map(({ partition, low, high }) => ({
        partition,
        low: BigInt(low),
        end: BigInt(high),
        committed: committed.get(partition),
      }))
      .sort((a, b) => a.partition - b.partition);
  });
}

/** Asks an admin client; a broker that is only just starting is asked again until the deadline. */
export async function withAdmin<T>(
  { bootstrap, topic, login, deadlineMs = DEADLINE_MS }: Omit<KafkaOptions, "group">,
  ask: (admin: Admin) => Promise<T>,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  const admin = openKafka({ bootstrap, login, deadlineMs }).admin();
  try {
    await within(deadlineMs, admin.connect()).catch((cause: Error) => {
      throw new AuditError(
        "KAFKA_UNREACHABLE",
        `Kafka does not answer at ${bootstrap} within ${deadlineMs / 1000} s: ${cause.message}`,
        { cause },
      );
    });
    for (;;) {
      try {
        return await ask(admin);
      } catch (thrown) {
        const error = thrown as Error & { retriable?: boolean; type?: string };
        if (error instanceof AuditError) throw error;
        const missing = error.type === "UNKNOWN_TOPIC_OR_PARTITION";
        // A coordinator that loads its groups says so for a moment after each start.
        if (error.retriable === true && !missing && Date.now() + PAUSE_MS < end) await pause(PAUSE_MS);
        else throw failure(error, missing, topic, bootstrap);
      }
    }
  } finally {
    // Nobody waits for the goodbye of a broker that does not answer.
    await within(GOODBYE_MS, admin.disconnect()).catch(() => {});
  }
}

/** Gives up on something that may take longer than it says. */
async function within<T>(deadlineMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const failure = (cause: Error, missing: boolean, topic: string, bootstrap: string): AuditError =>
  missing
    ? new AuditError(
        "TOPIC_MISSING",
        `Kafka at ${bootstrap} has no topic ${topic}; accepted: one that exists`,
        {
          cause,
        },
      )
    : new AuditError("KAFKA_FAILED", `Kafka at ${bootstrap} could not tell its offsets: ${cause.message}`, {
        cause,
      });
