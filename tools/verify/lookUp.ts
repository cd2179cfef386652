import type { Connection } from "../../infra/clickhouse/connection.ts";
import {
  type Audit,
  clip,
  count,
  type KafkaOptions,
  type PartitionAudit,
  type Ranges,
  readKafka,
  union,
} from "../../services/audit/src/index.ts";
import { say } from "../report.ts";
import { fetchOffsets } from "./fetchOffsets.ts";
import { openWriter } from "./insert.ts";

/** Offsets by partition. */
export type Places = ReadonlyMap<number, Ranges>;

export interface LookUpOptions {
  readonly kafka: KafkaOptions;
  /** The node that is written to. */
  readonly node: Connection;
  readonly wanted: Places;
  /** Whether messages that Kafka has are inserted. */
  readonly heal: boolean;
}

export interface LookUp {
  /** Messages that Kafka has; inserted, if that was asked for. */
  readonly found: bigint;
  /** Offsets that hold nothing; noted, so that no later audit takes them for a loss. */
  readonly nothing: bigint;
}

const PROGRESS_EVERY_MS = 5_000;

/** Missing offsets that Kafka can still be asked about, and those that it has no longer. Pure. */
export function splitMissing({ partitions }: Audit): { readonly kept: Places; readonly lost: Places } {
  const places = (part: (of: PartitionAudit) => Ranges): Places =>
    new Map(
      partitions
        .map((each) => [each.partition, part(each)] as const)
        .filter(([, ranges]) => ranges.length > 0),
    );
  return {
    kept: places(({ low, end, missingRanges }) => clip(missingRanges, { from: low, to: end })),
    lost: places(({ low, missingRanges }) => clip(missingRanges, { from: 0n, to: low })),
  };
}

export const countPlaces = (places: Places): bigint =>
  [...places.values()].reduce((sum, ranges) => sum + count(ranges), 0n);

/**
 * Looks offsets up in Kafka: notes those that hold nothing, and inserts the messages of the others where it is to
 * heal. A message goes in whole, although some of its lines may be stored: a line's number is its place in the text.
 * The deduplicated history takes such a line once; the raw ticks then hold it twice.
 */
export async function lookUp({ kafka, node, wanted, heal }: LookUpOptions): Promise<LookUp> {
  const all = countPlaces(wanted);
  if (all === 0n) return { found: 0n, nothing: 0n };
  say(`looking ${all} offset(s) up in Kafka${heal ? ", and inserting what is there" : ""}`);
  const writer = openWriter(node);
  const nothing = new Map<number, Ranges>();
  let [found, shownMs] = [0n, Date.now()];
  try {
    await fetchOffsets({
      ...kafka,
      wanted,
      take: async (part) => {
        nothing.set(part.partition, union(nothing.get(part.partition) ?? [], part.nothing));
        const { partition, messages } = part;
        if (heal)
          await writer.messages(
            messages.map(({ value, ...rest }) => ({
              ...rest,
              message: value,
              topic: kafka.topic,
              partition,
            })),
          );
        found += BigInt(messages.length);
        if (Date.now() - shownMs < PROGRESS_EVERY_MS) return;
        shownMs = Date.now();
        say(`${found + countPlaces(nothing)} of ${all} offset(s)`);
      },
    });
    const held = await stillHeld(kafka, nothing);
    for (const [partition, ranges] of held) await writer.empty(kafka.topic, partition, ranges);
    return { found, nothing: countPlaces(held) };
  } finally {
    await writer.close();
  }
}

/** Kafka may have dropped messages while it was asked: what lies before its oldest one now says nothing. */
async function stillHeld(kafka: KafkaOptions, nothing: Places): Promise<Places> {
  const offsets = await readKafka(kafka);
  return new Map(
    offsets.map(({ partition, low, end }) => [
      partition,
      clip(nothing.get(partition) ?? [], { from: low, to: end }),
    ]),
  );
}
