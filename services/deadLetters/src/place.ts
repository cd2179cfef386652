/** Where a dead letter stood in Kafka: what identifies it. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly line: number;
}

const ID = /^(?:([A-Za-z0-9._-]{1,249})\/)?(\d{1,10})\/(\d{1,19})\/(\d{1,10})$/;
/** Kafka numbers partitions with 31 bits. */
export const PARTITION_END = 2 ** 31;
const LIMITS = { partition: BigInt(PARTITION_END), offset: 2n ** 63n, line: 2n ** 32n } as const;

/**
 * Reads `PARTITION/OFFSET/LINE` of a topic, or `TOPIC/PARTITION/OFFSET/LINE`.
 * @throws when the text is neither
 */
export function parsePlace(text: string, topic: string): Place {
  const [, named, partition = "", offset = "", line = ""] = ID.exec(text) ?? [];
  const inRange =
    partition !== "" &&
    BigInt(partition) < LIMITS.partition &&
    BigInt(offset) < LIMITS.offset &&
    BigInt(line) < LIMITS.line;
  if (!inRange)
    throw new Error(
      `ID ${JSON.stringify(text)} is none of a dead letter; accepted: PARTITION/OFFSET/LINE (0/1234/0) or TOPIC/PARTITION/OFFSET/LINE (${topic}/0/1234/0)`,
    );
  return { topic: named ?? topic, partition: Number(partition), offset: BigInt(offset), line: Number(line) };
}

/** `ticks/0/1234/0`: as a replayed message says it, and as `replay_of` keeps it. */
export const fullId = ({ topic, partition, offset, line }: Place): string =>
  `${topic}/${partition}/${offset}/${line}`;

/** The same without the topic where it is the usual one. */
export const shortId = (place: Place, topic: string): string =>
  place.topic === topic ? fullId(place).slice(topic.length + 1) : fullId(place);
