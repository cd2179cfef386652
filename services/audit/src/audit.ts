import { type KafkaOptions, type PartitionOffsets, readKafka } from "./kafka.ts";
import { readDetail, readSummaries } from "./ledger.ts";
import type { Node } from "./node.ts";
import { auditPartition, ledgerEnd, type PartitionAudit } from "./partition.ts";
import { type BufferedRows, readBarsPending, readBuffered } from "./waiting.ts";

/**
 * `complete`: nothing that was read is missing. `incomplete`: something is. `unknown`: it can't be told, for the
 * reasons in `problems`.
 */
export type Verdict = "complete" | "incomplete" | "unknown";

export interface Audit {
  /** When Kafka was asked, ISO 8601. */
  readonly at: string;
  readonly topic: string;
  readonly group: string;
  readonly partitions: readonly PartitionAudit[];
  /** Rows in memory, by node: missing offsets may be among them. */
  readonly buffered: readonly BufferedRows[];
  /** Minutes whose exact bars are still to be computed. */
  readonly barsPending: number;
  readonly verdict: Verdict;
  readonly problems: readonly string[];
}

export interface AuditOptions {
  readonly kafka: KafkaOptions;
  /** Every node of the cluster. */
  readonly nodes: readonly Node[];
  /**
   * Brings what the nodes hold in memory into the ledger. Called between the two readings, so that rows in memory
   * afterwards came too late to be missed.
   */
  settle?(): Promise<void>;
}

/**
 * Holds Kafka's offsets against the ledger. Kafka is asked first: what its consumer group has committed by then is in
 * the ledger by now, or lost. Buffers are counted before the ledger is read, for the same reason.
 * @throws AuditError where it can't be made
 */
export async function audit({ kafka, nodes, settle }: AuditOptions): Promise<Audit> {
  const [node] = nodes;
  if (node === undefined) throw new Error("an audit needs a node; accepted: every node of the cluster");
  const at = new Date().toISOString();
  const offsets = await readKafka(kafka);
  await settle?.();
  const buffered = await readBuffered(nodes);
  const summaries = await readSummaries(node, kafka.topic);
  const partitions: PartitionAudit[] = [];
  for (const each of offsets) {
    const chunks = summaries.get(each.partition) ?? [];
    partitions.push(
      await auditPartition(each, chunks, (chunk) => readDetail(node, kafka.topic, each.partition, chunk)),
    );
  }
  const ends = new Map([...summaries].map(([partition, chunks]) => [partition, ledgerEnd(chunks)]));
  const problems = [
    ...(await contradictions(kafka, offsets, ends)),
    ...(settle === undefined ? inMemory(partitions, buffered) : []),
  ];
  return {
    at,
    topic: kafka.topic,
    group: kafka.group,
    partitions,
    buffered,
    barsPending: await readBarsPending(node),
    verdict: judge(partitions, problems),
    problems,
  };
}

const judge = (partitions: readonly PartitionAudit[], problems: readonly string[]): Verdict => {
  if (problems.length > 0) return "unknown";
  return partitions.every(({ missing }) => missing === 0n) ? "complete" : "incomplete";
};

/**
 * What the ledger holds and Kafka can't have sent: a topic that was made anew counts from 0 again, and its offsets
 * say nothing of what the ledger has of the old one.
 */
async function contradictions(
  kafka: KafkaOptions,
  offsets: readonly PartitionOffsets[],
  ends: ReadonlyMap<number, bigint>,
): Promise<string[]> {
  const isAhead = (known: readonly PartitionOffsets[], partition: number, end: bigint): boolean =>
    end > (known.find((each) => each.partition === partition)?.end ?? 0n);
  const overtaken = offsets.filter(({ committed, end }) => committed !== undefined && committed > end);
  if (overtaken.length > 0)
    return overtaken.map(
      ({ partition, committed, end }) =>
        `partition ${partition}: the group has read up to ${committed}, Kafka ends at ${end}; was topic ${kafka.topic} made anew, or has Kafka lost data?`,
    );
  const ahead = [...ends].filter(([partition, end]) => isAhead(offsets, partition, end));
  if (ahead.length === 0) return [];
  // Messages that came since Kafka was asked are in the ledger too, and in Kafka's second answer.
  const now = await readKafka(kafka);
  return ahead
    .filter(([partition, end]) => isAhead(now, partition, end))
    .map(
      ([partition, end]) =>
        `partition ${partition}: the ledger has offsets up to ${end - 1n}, Kafka ends at ${now.find((each) => each.partition === partition)?.end ?? "no such partition"}; was topic ${kafka.topic} made anew, or has Kafka lost data?`,
    );
}

/** Messages that are missing while rows wait in memory may be those rows. */
function inMemory(partitions: readonly PartitionAudit[], buffered: readonly BufferedRows[]): string[] {
  if (partitions.every(({ missing }) => missing === 0n)) return [];
  return buffered
    .filter(({ rows }) => rows > 0)
    .map(
      ({ node, rows }) => `${node} holds ${rows} row(s) in memory, and missing messages may be among them`,
    );
}
