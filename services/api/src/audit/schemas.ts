import { z } from "zod";

const offset = z.int();
const messages = z.int();

const range = z
  .object({
    from: offset,
    to: offset.meta({ description: "The first offset that is no longer part of it." }),
  })
  .meta({ id: "OffsetRange" });

const counts = {
  stored: messages.meta({ description: "Stored with all their lines, a tick at least among them." }),
  deadLettered: messages.meta({ description: "All of their lines are dead letters." }),
  pending: messages.meta({ description: "Yet to be read." }),
  empty: messages.meta({ description: "Offsets at which Kafka has nothing to store." }),
  missing: messages.meta({ description: "Read, and not stored with all their lines." }),
};

const partition = z
  .object({
    partition: z.int(),
    start: offset.meta({ description: "The oldest offset that the ledger or Kafka has." }),
    end: offset.meta({ description: "The offset that the next message will have." }),
    low: offset.meta({ description: "The oldest offset that Kafka still has." }),
    committed: offset.nullable().meta({ description: "Where the consumer group is; null before it begins." }),
    ...counts,
    missingRanges: z.array(range).readonly().meta({ description: "The first of them, at most 100." }),
  })
  .meta({ id: "PartitionAudit" });

/** The source's own numbers are text: they may be as large as 2^64. */
const number = z.string();
const series = z
  .object({
    exchange: z.string(),
    symbol: z.string(),
    kind: z
      .string()
      .meta({ description: "`all` where the event types share one sequence; else the event type." }),
    first: number,
    last: number,
    count: z.int(),
    missing: number.meta({ description: "Numbers between first and last that never came." }),
    gaps: z.array(z.object({ from: number, to: number })).readonly(),
    allGaps: z.boolean().meta({ description: "Whether these are all of them." }),
  })
  .meta({ id: "SequenceAudit" });

const sequences = z
  .object({
    numbered: z.array(series).readonly(),
    notNumbered: z.array(z.object({ exchange: z.string(), symbol: z.string() })).readonly(),
  })
  .meta({
    id: "Sequences",
    description: "What the sources' own numbers say; no gap in them is a loss here.",
  });

export const auditResponse = z
  .object({
    at: z.string().meta({ format: "date-time", description: "When Kafka was asked." }),
    topic: z.string(),
    group: z.string(),
    verdict: z.enum(["complete", "incomplete", "unknown"]),
    problems: z.array(z.string()).readonly(),
    total: z.object(counts).meta({ id: "AuditCounts" }),
    partitions: z.array(partition).readonly(),
    bufferedRows: z.int().meta({ description: "Rows in memory only; missing messages may be among them." }),
    barsPending: z.int().meta({ description: "Minutes whose exact bars are yet to be computed." }),
    sequences: sequences.optional(),
  })
  .meta({ id: "Audit" });

const ACCEPTED = "true or false, once";

export const withSequences = z
  .enum(["true", "false"], { error: () => ACCEPTED })
  .default("false")
  .transform((text) => text === "true")
  .meta({
    description: "Whether to look for gaps in the sources' own numbers too.",
    openapi: { type: "boolean", default: false },
  });
