import { randomUUID } from "node:crypto";
import type { Consumer, KafkaMessage } from "kafkajs";
import {
  fromOffsets,
  has,
  openKafka,
  type Ranges,
  subtract,
  withAdmin,
} from "../../services/audit/src/index.ts";
import type { KafkaLogin } from "../../services/common/src/index.ts";
import { Progress } from "./progress.ts";

/** One message that Kafka still has. */
export interface FetchedMessage {
  readonly offset: bigint;
  readonly value: Buffer;
  /** Of the header that a replayed dead letter carries; empty for most. */
  readonly replayOf: string;
}

/** What Kafka has at wanted offsets, a part of a partition at a time. */
export interface Fetched {
  readonly partition: number;
  readonly messages: readonly FetchedMessage[];
  /** Wanted offsets at which there is nothing to store. */
  readonly nothing: Ranges;
}

export interface FetchOptions {
  readonly bootstrap: string;
  readonly topic: string;
  readonly login?: KafkaLogin | undefined;
  /** By partition. */
  readonly wanted: ReadonlyMap<number, Ranges>;
  /** Called for one part after the other. */
  take(fetched: Fetched): Promise<void>;
}

/** The longest time without anything from Kafka. */
const STALL_MS = 60_000;
const SESSION_MS = 120_000;
/** As many offsets that are not wanted are read through rather than jumped over. */
const NEAR = 2_000n;
const REPLAY_HEADER = "tickhouse-replay-of";

/**
 * Fetches messages by their offsets with a consumer group of its own, which commits nothing and is deleted afterwards:
 * the warehouse's group does not notice. Messages of aborted transactions are left out, as its consumers do.
 */
export async function fetchOffsets({ bootstrap, topic, login, wanted, take }: FetchOptions): Promise<void> {
  const groupId = `tickhouse-verify-${randomUUID()}`;
  const consumer = openKafka({ bootstrap, login }).consumer({
    groupId,
    sessionTimeout: SESSION_MS,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 500,
    maxBytesPerPartition: 4 << 20,
  });
  const progress = new Progress(wanted, STALL_MS);
  try {
    await consumer.connect();
    // From the beginning: where it is not told where to read, it begins before every wanted offset, not behind one.
    await consumer.subscribe({ topic, fromBeginning: true });
    await read(consumer, topic, progress, take);
  } finally {
    progress.end();
    await consumer.disconnect();
    await withAdmin({ bootstrap, topic, login }, (admin) => admin.deleteGroups([groupId])).catch(() => {});
  }
}

async function read(
  consumer: Consumer,
  topic: string,
  progress: Progress,
  take: FetchOptions["take"],
): Promise<void> {
  const go = (partition: number): void => {
    const offset = progress.position(partition);
    if (offset === undefined) consumer.pause([{ topic, partitions: [partition] }]);
    else consumer.seek({ topic, partition, offset: String(offset) });
  };
  const takePart = (
    partition: number,
    lastOffset: string,
    messages: readonly KafkaMessage[],
  ): Promise<void> =>
    progress.step(async () => {
      const to = BigInt(lastOffset) + 1n;
      const covered = progress.covered(partition, to);
      if (covered.length > 0) await take({ partition, ...sort(messages, covered) });
      const next = progress.advance(partition, to);
      if (next === undefined || next > to + NEAR) go(partition);
    });

  const { CRASH, GROUP_JOIN, END_BATCH_PROCESS } = consumer.events;
  consumer.on(CRASH, ({ payload }) => progress.fail(readable(payload.error)));
  consumer.on(GROUP_JOIN, ({ payload }) => {
    for (const partition of payload.memberAssignment[topic] ?? []) go(Number(partition));
  });
  // A part that holds transaction markers or aborted messages alone never reaches eachBatch.
  consumer.on(END_BATCH_PROCESS, ({ payload }) => {
    if (payload.batchSize === 0) void takePart(payload.partition, payload.lastOffset, []);
  });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch, heartbeat }) => {
      await heartbeat();
      await takePart(batch.partition, batch.lastOffset(), batch.messages);
    },
  });
  await progress.finished;
}

/** What the client can't decompress it calls not implemented. */
const readable = (error: Error): Error =>
  error.name === "KafkaJSNotImplemented"
    ? new Error(`${error.message}; accepted here: messages that are not compressed, or with gzip`, {
        cause: error,
      })
    : error;

/** Wanted messages that hold something, and the wanted offsets of the same part where none is. Pure. */
function sort(messages: readonly KafkaMessage[], covered: Ranges): Omit<Fetched, "partition"> {
  const found = messages.flatMap(({ offset, value, headers }) =>
    value === null || value.length === 0 || !has(covered, BigInt(offset))
      ? []
      : [{ offset: BigInt(offset), value, replayOf: firstOf(headers?.[REPLAY_HEADER]) }],
  );
  return { messages: found, nothing: subtract(covered, fromOffsets(found.map(({ offset }) => offset))) };
}

type Header = Buffer | string | (Buffer | string)[] | undefined;
const firstOf = (header: Header): string => String((Array.isArray(header) ? header[0] : header) ?? "");
