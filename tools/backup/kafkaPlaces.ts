import kafkajs from "kafkajs";
import { pollUntil } from "../../infra/poll.ts";
import {
  type KafkaOptions,
  openKafka,
  type PartitionOffsets,
  readKafka,
  withAdmin,
} from "../../services/audit/src/index.ts";
import { say } from "../report.ts";
import type { Manifest } from "./manifest.ts";

/** What has to be done with one partition before the consumers go on. */
export interface PartitionPlan {
  readonly partition: number;
  /** Where the consumers go on. */
  readonly next: bigint;
  /** Whether the group has to be told: where it has read nothing, it begins at the oldest message by itself. */
  readonly commit: boolean;
  /** How many offsets the partition has to be moved on first. */
  readonly advance: bigint;
  /** Messages behind the backup that Kafka has no longer. */
  readonly lost: bigint;
}

/** What Kafka says of itself when a backup is to be restored beside it. */
export interface KafkaNow {
  readonly clusterId: string;
  readonly offsets: readonly PartitionOffsets[];
  /** By partition: the first message that was sent after the backup was made, or the end. */
  readonly firstAfter: ReadonlyMap<number, bigint>;
}

/**
 * How consumers go on from exactly where the backup ends. A Kafka that was kept is read again from there. One that was
 * made anew counts from 0: its next message would have an offset that the ledger knows as another message's, so its
 * empty partitions are moved on to where the old ones were. Pure.
 * @throws Error where that can't be: there are other messages at these offsets, or partitions are missing
 */
export function planPartitions({ kafka }: Pick<Manifest, "kafka">, now: KafkaNow): PartitionPlan[] {
  return kafka.partitions.map(({ partition, next }) => {
    const found = now.offsets.find((each) => each.partition === partition);
    const wanted = BigInt(next);
    if (found === undefined)
      throw new Error(
        `topic ${kafka.topic} has no partition ${partition}, the backup has; set tickhouse:partitions to ${kafka.partitions.length} or more, and npm run up`,
      );
    const { low, end } = found;
    const foreign = low === end ? undefined : whyForeign(kafka, wanted, partition, end, now);
    if (foreign !== undefined)
      throw new Error(
        `partition ${partition} of ${kafka.topic} holds messages ${low} to ${end - 1n}, and ${foreign}: ` +
          "the backup has other messages at these offsets, and these would be taken for them. Accepted: the Kafka that the backup was made beside, or one without messages: " +
          "pulumi config set tickhouse:producer off, npm run down, npm run up, restore, and send afterwards (docs/backup.md)",
      );
    return {
      partition,
      next: wanted > low ? wanted : low,
      commit: wanted > 0n || found.committed !== undefined,
      advance: end < wanted ? wanted - end : 0n,
      lost: now.clusterId === kafka.clusterId && low > wanted ? low - wanted : 0n,
    };
  });
}

/** Why a partition's messages are not those that the backup was made beside; undefined where they are. */
function whyForeign(
  { clusterId }: Manifest["kafka"],
  wanted: bigint,
  partition: number,
  end: bigint,
  now: KafkaNow,
): string | undefined {
  if (now.clusterId !== clusterId) return "is another Kafka's than the backup's";
  if (end < wanted) return "fewer than were read when the backup was made";
  const first = now.firstAfter.get(partition);
  if (first !== undefined && first < wanted)
    return `message ${first} was sent after the backup was made, which has messages to ${wanted - 1n}`;
  return undefined;
}

/** The id of the Kafka cluster; a stack that is made anew may have the same one. */
export const readClusterId = (kafka: KafkaOptions): Promise<string> =>
  withAdmin(kafka, async (admin) => (await admin.describeCluster()).clusterId);

/** As far may the clock of who sends be ahead of the one that a backup was made by. */
const SKEW_MS = 60_000;

export async function readKafkaNow(kafka: KafkaOptions, cutAt: string): Promise<KafkaNow> {
  const after = Date.parse(cutAt) + SKEW_MS;
  const found = await withAdmin(kafka, (admin) => admin.fetchTopicOffsetsByTimestamp(kafka.topic, after));
  return {
    clusterId: await readClusterId(kafka),
    offsets: await readKafka(kafka),
    firstAfter: new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)])),
  };
}

/** Messages of one request; a few kilobytes when compressed, since all are alike. */
const FILLERS_A_REQUEST = 50_000n;
const SAY_EVERY_MS = 5_000;

/**
 * Moves partitions on by messages without a value, and deletes these at once. Kafka gives offsets only to messages, and
 * no consumer of the warehouse is there to read them.
 */
export async function advance(kafka: KafkaOptions, plans: readonly PartitionPlan[]): Promise<void> {
  const behind = plans.filter((plan) => plan.advance > 0n);
  if (behind.length === 0) return;
  const producer = openKafka(kafka).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    for (const plan of behind) await fill(producer, kafka.topic, plan);
  } finally {
    await producer.disconnect();
  }
  await withAdmin(kafka, async (admin) => {
    // Deleting looks leaders up where this leaves them, and would not ask by itself.
    await admin.fetchTopicOffsets(kafka.topic);
    await admin.deleteTopicRecords({
      topic: kafka.topic,
      partitions: behind.map(({ partition, next }) => ({ partition, offset: String(next) })),
    });
  });
}

async function fill(producer: kafkajs.Producer, topic: string, plan: PartitionPlan): Promise<void> {
  let saidMs = Date.now();
  for (let left = plan.advance; left > 0n; ) {
    const count = Number(left < FILLERS_A_REQUEST ? left : FILLERS_A_REQUEST);
    await producer.send({
      topic,
      acks: -1,
      compression: kafkajs.CompressionTypes.GZIP,
      messages: Array.from({ length: count }, () => ({ value: null, partition: plan.partition })),
    });
    left -= BigInt(count);
    if (Date.now() - saidMs > SAY_EVERY_MS) {
      saidMs = Date.now();
      say(`partition ${plan.partition}: ${left} of ${plan.advance} offset(s) to go`);
    }
  }
}

const GROUP_DEADLINE_MS = 60_000;

/** Lets the group go on at the planned offsets; it has to be without members, and is waited for. */
export async function commit(kafka: KafkaOptions, plans: readonly PartitionPlan[]): Promise<void> {
  const told = plans.filter((plan) => plan.commit);
  if (told.length === 0) return;
  await withAdmin(kafka, async (admin) => {
    let state = "";
    const empty = await pollUntil(GROUP_DEADLINE_MS, async () => {
      const { groups } = await admin.describeGroups([kafka.group]);
      state = groups[0]?.state ?? "Dead";
      return state === "Empty" || state === "Dead" || undefined;
    });
    if (empty === undefined)
      throw new Error(
        `consumer group ${kafka.group} still has members (${state}) after ${GROUP_DEADLINE_MS / 1_000} s, and its offsets can't be set; end what else reads with it`,
      );
    await admin.setOffsets({
      groupId: kafka.group,
      topic: kafka.topic,
      partitions: told.map(({ partition, next }) => ({ partition, offset: String(next) })),
    });
  });
}
