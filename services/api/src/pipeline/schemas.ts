import { z } from "zod";

const partition = z
  .object({
    partition: z.int(),
    endOffset: z.string().meta({ description: "The offset that the next message will have." }),
    committedOffset: z
      .string()
      .nullable()
      .meta({ description: "Where the warehouse is; null before it begins." }),
    lag: z.int().meta({ description: "Messages that are yet to be read." }),
  })
  .meta({ id: "PartitionLag" });

const stage = z
  .object({
    name: z.enum(["source", "ingest", "buffer", "ticks", "dedup", "bars"]),
    rate: z.number().nullable().meta({ description: "Rows a second over the last minute." }),
    lag: z.int().nullable().meta({ description: "What waits before this stage, or in it." }),
    lagUnit: z.enum(["messages", "rows", "minutes"]).nullable(),
    latencyMs: z
      .object({ p50: z.number(), p99: z.number() })
      .nullable()
      .meta({ id: "Percentiles", description: "Of the last minute; null where there is nothing to tell." }),
  })
  .meta({ id: "PipelineStage" });

const node = z
  .object({
    name: z.string(),
    shard: z.string().nullable(),
    replica: z.int().nullable(),
    up: z.boolean(),
    parts: z.int().nullable().meta({ description: "Active parts; null when it is down." }),
    rows: z.int().nullable(),
    bytes: z.int().nullable().meta({ description: "On disk." }),
  })
  .meta({ id: "PipelineNode" });

export const pipelineResponse = z
  .object({
    time: z.string().meta({ format: "date-time" }),
    partitions: z
      .array(partition)
      .nullable()
      .meta({ description: "Null where Kafka can't be asked; `problems` says why." }),
    buffer: z
      .object({ rows: z.int().nullable().meta({ description: "Rows in memory, of the nodes that are up." }) })
      .meta({ id: "BufferState" }),
    stages: z.array(stage),
    deadLetters: z
      .object({
        total: z.int(),
        lastHour: z.int(),
        causes: z.array(z.object({ cause: z.string(), count: z.int() })),
      })
      .nullable()
      .meta({ id: "DeadLetterCounts" }),
    nodes: z.array(node),
    audit: z
      .object({
        verdict: z.enum(["complete", "incomplete", "unknown"]),
        time: z.string().meta({ format: "date-time" }),
        missing: z.int().meta({ description: "Messages." }),
      })
      .nullable()
      .meta({ id: "LastAudit", description: "Null before the first." }),
    problems: z.array(z.string()).meta({ description: "What could not be told, and why." }),
  })
  .meta({ id: "Pipeline" });
