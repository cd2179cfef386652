import fc from "fast-check";
import type { ChunkDetail, ChunkSummary } from "../chunks.ts";
import type { PartitionOffsets } from "../kafka.ts";
import { CHUNK } from "../ledgerSql.ts";
import { fromOffsets, type Ranges } from "../ranges.ts";

/** What became of one line: stored as a tick, kept as a dead letter, or lost. */
export type Line = "tick" | "dead" | "lost";

/** A partition as it really is, offset by offset; what the audit has to find out. */
export interface Model {
  readonly offsets: PartitionOffsets;
  /** Lines of the messages that are known at all. */
  readonly messages: ReadonlyMap<bigint, readonly Line[]>;
  /** Offsets that were noted as holding nothing. */
  readonly empty: ReadonlySet<bigint>;
}

export type Kind = "stored" | "deadLettered" | "pending" | "empty" | "missing";

/** Where a partition's account begins: at the oldest offset that is stored, or that Kafka has. */
export function startOf({ offsets, messages }: Model): bigint {
  let start = offsets.low;
  for (const [offset, lines] of messages)
    if (offset < start && lines.some((line) => line !== "lost")) start = offset;
  return start;
}

/** What the audit should say of one offset, by the definition. */
export function kindOf({ offsets, messages, empty }: Model, offset: bigint): Kind {
  const lines = messages.get(offset);
  if (lines?.every((line) => line !== "lost")) return lines.includes("tick") ? "stored" : "deadLettered";
  const held = lines?.some((line) => line !== "lost") ?? false;
  if (!held && empty.has(offset)) return "empty";
  const { committed, low } = offsets;
  return offset < (committed === undefined || committed < low ? low : committed) ? "missing" : "pending";
}

interface Bits {
  readonly ticks: Set<bigint>;
  readonly stored: Set<bigint>;
  readonly known: Set<bigint>;
  readonly lines: Set<string>;
  readonly last: Map<bigint, number>;
}

/** The ledger's rows of a model, chunk by chunk, by a plain loop. */
function bitsOf({ messages, empty }: Model): Map<bigint, Bits> {
  const chunks = new Map<bigint, Bits>();
  const at = (offset: bigint): Bits => {
    const made: Bits = {
      ticks: new Set(),
      stored: new Set(),
      known: new Set(),
      lines: new Set(),
      last: new Map(),
    };
    const bits = chunks.get(offset / CHUNK) ?? made;
    chunks.set(offset / CHUNK, bits);
    return bits;
  };
  for (const [offset, lines] of messages)
    lines.forEach((line, index) => {
      if (line === "lost") return;
      const bits = at(offset);
      if (line === "tick") bits.ticks.add(offset);
      bits.stored.add(offset);
      bits.known.add(offset);
      if (lines.length === 1) return;
      bits.lines.add(`${offset}/${index}`);
      bits.last.set(offset, lines.length);
    });
  for (const offset of empty) at(offset).known.add(offset);
  return chunks;
}

/** What the ledger would answer of a model. */
export function ledgerOf(model: Model): {
  readonly summaries: ChunkSummary[];
  detail(summary: ChunkSummary): ChunkDetail;
} {
  const chunks = [...bitsOf(model)].sort(([a], [b]) => Number(a - b));
  const ascending = (set: Iterable<bigint>): bigint[] => [...set].sort((a, b) => Number(a - b));
  return {
    summaries: chunks.map(([chunk, bits]) => ({
      chunk,
      ticks: BigInt(bits.ticks.size),
      stored: BigInt(bits.stored.size),
      known: BigInt(bits.known.size),
      lines: BigInt(bits.lines.size),
      expectedLines: BigInt([...bits.last.values()].reduce((sum, lines) => sum + lines, 0)),
      firstStored: ascending(bits.stored)[0],
      firstKnown: ascending(bits.known)[0] ?? 0n,
      lastKnown: ascending(bits.known).at(-1) ?? 0n,
    })),
    detail({ chunk }) {
      const bits = chunks.find(([each]) => each === chunk)?.[1];
      const set = (offsets: Iterable<bigint> = []): Ranges => fromOffsets(offsets);
      const partial = [...(bits?.last ?? [])].filter(([offset, lines]) =>
        Array.from({ length: lines }).some((_, line) => !bits?.lines.has(`${offset}/${line}`)),
      );
      return {
        ticks: set(bits?.ticks),
        stored: set(bits?.stored),
        known: set(bits?.known),
        partial: set(partial.map(([offset]) => offset)),
      };
    },
  };
}

const line = fc.oneof(
  { arbitrary: fc.constant<Line>("tick"), weight: 6 },
  { arbitrary: fc.constant<Line>("dead"), weight: 2 },
  { arbitrary: fc.constant<Line>("lost"), weight: 1 },
);

/** Partitions around the border of two chunks, with everything that can be true of an offset. */
export const anyModel: fc.Arbitrary<Model> = fc
  .record({
    base: fc.constantFrom(0n, CHUNK - 12n, 7n * CHUNK - 5n),
    /** Of each offset from base on: lines of its message, or nothing. */
    slots: fc.array(fc.option(fc.array(line, { minLength: 1, maxLength: 3 }), { freq: 5 }), {
      maxLength: 24,
    }),
    empties: fc.array(fc.nat({ max: 28 }), { maxLength: 8 }),
    low: fc.nat({ max: 26 }),
    length: fc.nat({ max: 30 }),
    committed: fc.option(fc.nat({ max: 30 })),
  })
  .map(({ base, slots, empties, low, length, committed }) => ({
    offsets: {
      partition: 0,
      low: base + BigInt(low),
      end: base + BigInt(Math.max(low, length)),
      committed: committed === null ? undefined : base + BigInt(Math.min(committed, Math.max(low, length))),
    },
    messages: new Map(
      slots.flatMap((lines, index) => (lines === null ? [] : [[base + BigInt(index), lines]])),
    ),
    empty: new Set(empties.map((offset) => base + BigInt(offset))),
  }));
