import kafkajs from "kafkajs";
import { pollUntil } from "../../infra/poll.ts";
import {
  type KafkaOptions,
  openKafka,
  type PartitionOffsets,
  withAdmin,
} from "../../services/audit/src/index.ts";
import { say } from "../report.ts";
import type { Manifest } from "./manifest.ts";

/** What has to be done with one partition before the consumers go on. */
export interface PartitionPlan {
  readonly partition: number;
  /** Where the consumers go on. */
  readonly next: bigint;
  /** How many offsets the partition has to be moved on first. */
  readonly advance: bigint;
  /** Messages behind the backup that Kafka has no longer. */
  readonly lost: bigint;
}

/**
 * How consumers go on from exactly where the backup ends. A Kafka that was kept is read again from there. One that was
 * made anew counts from 0: its next message would have an offset that the ledger knows as another message's, so its
 * empty partitions are moved on to where the old ones were. Pure.
 * @throws Error where that can't be: there are other messages at these offsets, or partitions are missing
 */
export function planPartitions(
  { kafka }: Pick<Manifest, "kafka">,
  clusterId: string,
  offsets: readonly PartitionOffsets[],
): PartitionPlan[] {
  const same = kafka.clusterId === clusterId;
  return kafka.partitions.map(({ partition, next }) => {
    const found = offsets.find((each) => each.partition === partition);
    const wanted = BigInt(next);
    if (found === undefined)
      throw new Error(
        `topic ${kafka.topic} has no partition ${partition}, the backup has; set tickhouse:partitions to ${kafka.partitions.length} or more, and npm run up`,
      );
    const { low, end } = found;
    const empty = low === end;
    if (!empty && (!same || end < wanted))
      throw new Error(
        `partition ${partition} of ${kafka.topic} holds messages ${low} to ${end - 1n}, and ${same ? "fewer than were read when the backup was made" : "is another Kafka's than the backup's"}: ` +
          "the backup has other messages at these offsets, and these would be taken for them. Accepted: the Kafka that the backup was made beside, or one without messages: " +
          "pulumi config set tickhouse:producer off, npm run down, npm run up, restore, and send afterwards (docs/backup.md)",
      );
    return {
      partition,
      next: wanted > low ? wanted : low,
      advance: end < wanted ? wanted - end : 0n,
      lost: same && low > wanted ? low - wanted : 0n,
    };
  });
}

/** The id of the Kafka cluster: another one has other messages at the same offsets. */
export const readClusterId = (kafka: KafkaOptions): Promise<string> =>
  withAdmin(kafka, async (admin) => (await admin.describeCluster()).clusterId);

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
  const producer = openKafka(kafka.bootstrap).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    for (const plan of behind) await fill(producer, kafka.topic, plan);
  } finally {
    await producer.disconnect();
  }
  await withAdmin(kafka, (admin) =>
    admin.deleteTopicRecords({
      topic: kafka.topic,
      partitions: behind.map(({ partition, next }) => ({ partition, offset: String(next) })),
    }),
  );
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
      partitions: plans.map(({ partition, next }) => ({ partition, offset: String(next) })),
    });
  });
}
