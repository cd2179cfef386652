import type { Page } from "./panel.ts";

const PARTITION = "{{topic}} {{partition}}";
const each = (name: string): string => `max by (topic, partition) (tickhouse_kafka_${name})`;
const consumers = (name: string): string =>
  `sum by (instance) (rate(ClickHouseProfileEvents_Kafka${name}{job="tickhouse-clickhouse"}[1m]))`;

/** The topic, who writes it, and who reads it. */
export const kafka: Page = {
  uid: "tickhouse-kafka",
  title: "Tickhouse: Kafka",
  description: "Lag by partition, what the producer sends, and what the consumers in ClickHouse read.",
  rows: {
    "The topic": [
      {
        kind: "lines",
        title: "Lag by partition",
        help: "Messages that ClickHouse has yet to read.",
        unit: "short",
        queries: { [PARTITION]: each("lag") },
      },
      {
        kind: "lines",
        title: "Messages a second, written",
        help: "By partition: how fast its end moves.",
        unit: "short",
        queries: { [PARTITION]: "max by (topic, partition) (deriv(tickhouse_kafka_end_offset[5m]))" },
      },
      {
        kind: "lines",
        title: "Messages a second, read",
        help: "By partition: how fast the group's position moves.",
        unit: "short",
        queries: { [PARTITION]: "max by (topic, partition) (deriv(tickhouse_kafka_committed_offset[5m]))" },
      },
      {
        kind: "lines",
        title: "Messages that Kafka keeps",
        help: "From the oldest one to the end.",
        unit: "short",
        queries: { [PARTITION]: `${each("end_offset")} - ${each("oldest_offset")}` },
      },
    ],
    Producer: [
      {
        kind: "lines",
        title: "Time of a batch",
        help: "From its sending until all in-sync replicas have it.",
        unit: "s",
        queries: {
          p50: "histogram_quantile(0.5, sum by (le) (rate(tickhouse_producer_batch_duration_seconds_bucket[5m])))",
          p99: "histogram_quantile(0.99, sum by (le) (rate(tickhouse_producer_batch_duration_seconds_bucket[5m])))",
        },
      },
      {
        kind: "lines",
        title: "Behind its schedule",
        help: "0 when it runs as fast as it can.",
        unit: "s",
        queries: { "{{instance}}": "tickhouse_producer_lag_seconds" },
        limits: [5, 30],
      },
      {
        kind: "lines",
        title: "Messages and bytes a second",
        help: "Acknowledged.",
        unit: "short",
        queries: {
          messages: "sum(rate(tickhouse_producer_messages_total[1m]))",
          bytes: "sum(rate(tickhouse_producer_bytes_total[1m]))",
        },
      },
    ],
    Consumers: [
      {
        kind: "lines",
        title: "Messages read a second",
        help: "By node.",
        unit: "short",
        queries: { "{{instance}}": consumers("MessagesRead") },
      },
      {
        kind: "lines",
        title: "Failures a second",
        help: "Messages that could not be parsed, commits that failed.",
        unit: "short",
        queries: {
          "{{instance}} messages": consumers("MessagesFailed"),
          "{{instance}} commits": consumers("CommitFailures"),
        },
      },
      {
        kind: "lines",
        title: "Consumers",
        help: "Of each node; those with partitions.",
        unit: "short",
        queries: {
          "{{instance}}": "ClickHouseMetrics_KafkaConsumers",
          "{{instance}} assigned": "ClickHouseMetrics_KafkaConsumersWithAssignment",
        },
      },
    ],
  },
};
