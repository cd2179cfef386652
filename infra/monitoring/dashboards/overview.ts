import type { Page } from "./panel.ts";

const SECONDS_PER_DAY = 86_400;

/** From the source to the answer: the first look. */
export const overview: Page = {
  uid: "tickhouse-overview",
  title: "Tickhouse: overview",
  description: "Is everything stored, how far behind is it, and does it answer?",
  rows: {
    "At one look": [
      {
        kind: "number",
        title: "Missing messages",
        help: "Read from Kafka and not stored: should be 0.",
        unit: "short",
        queries: { missing: "sum(max by (topic, partition) (tickhouse_audit_missing_offsets))" },
        limits: [1, 1],
      },
      {
        kind: "number",
        title: "Lag",
        help: "Messages that ClickHouse has yet to read.",
        unit: "short",
        queries: { lag: "sum(max by (topic, partition) (tickhouse_kafka_lag))" },
        limits: [10_000, 100_000],
      },
      {
        kind: "number",
        title: "Audit's age",
        help: "Since the last audit that could be made.",
        unit: "s",
        queries: { age: "time() - max(tickhouse_audit_timestamp_seconds)" },
        limits: [300, 900],
      },
      {
        kind: "number",
        title: "Dead letters in an hour",
        help: "Lines that could not be stored.",
        unit: "short",
        queries: { letters: "max(delta(tickhouse_dead_letters[1h]))" },
        limits: [1, 360],
      },
      {
        kind: "number",
        title: "Nodes that are down",
        help: "ClickHouse nodes that answer no copy of the API.",
        unit: "short",
        queries: { down: "count(max by (node) (tickhouse_clickhouse_node_up) == 0) or vector(0)" },
        limits: [1, 1],
      },
      {
        kind: "number",
        title: "Certificates",
        help: "Days until the first one expires, on a stack with TLS.",
        unit: "d",
        queries: {
          days: `(min(tickhouse_certificate_not_after_seconds) - time()) / ${SECONDS_PER_DAY}`,
        },
      },
    ],
    Pipeline: [
      {
        kind: "lines",
        title: "Rows a second by stage",
        help: "Mean of the last minute: live ticks from the source, ticks stored, deduplicated, bars.",
        unit: "short",
        queries: { "{{stage}}": "max by (stage) (tickhouse_pipeline_rows_per_second)" },
      },
      {
        kind: "lines",
        title: "Ticks a second from the producer",
        help: "Acknowledged by all in-sync replicas, by kind.",
        unit: "short",
        queries: { "{{kind}}": "sum by (kind) (rate(tickhouse_producer_ticks_total[1m]))" },
      },
      {
        kind: "lines",
        title: "Age of ticks",
        help: "From the exchange's time to the warehouse's, of live ticks.",
        unit: "s",
        queries: { "p{{quantile}}": "max by (quantile) (tickhouse_pipeline_tick_age_seconds)" },
      },
      {
        kind: "lines",
        title: "Delay of exact bars",
        help: "From the last change of a minute to its bar.",
        unit: "s",
        queries: { "p{{quantile}}": "max by (quantile) (tickhouse_pipeline_bar_delay_seconds)" },
      },
      {
        kind: "lines",
        title: "Waiting",
        help: "Messages in Kafka, rows in memory, minutes without their bar.",
        unit: "short",
        queries: {
          messages: "sum(max by (topic, partition) (tickhouse_kafka_lag))",
          rows: "max(tickhouse_buffer_rows)",
          minutes: "max(tickhouse_audit_bars_pending)",
        },
      },
      {
        kind: "lines",
        title: "Audit, messages",
        help: "Kafka's offsets held against what is stored.",
        unit: "short",
        queries: {
          missing: "sum(max by (topic, partition) (tickhouse_audit_missing_offsets))",
          pending: "sum(max by (topic, partition) (tickhouse_audit_pending_offsets))",
          "dead letters": "sum(max by (topic, partition) (tickhouse_audit_dead_letter_offsets))",
        },
      },
    ],
    API: [
      {
        kind: "lines",
        title: "Requests a second",
        help: "By route.",
        unit: "ops",
        queries: { "{{route}}": "sum by (route) (rate(tickhouse_api_request_duration_seconds_count[1m]))" },
      },
      {
        kind: "lines",
        title: "Failed requests a second",
        help: "By status; 5xx are the API's, 4xx its callers'.",
        unit: "ops",
        queries: {
          "{{status}}":
            'sum by (status) (rate(tickhouse_api_request_duration_seconds_count{status=~"[45].."}[1m]))',
        },
      },
      {
        kind: "lines",
        title: "Time of an answer",
        help: "Streams of events left out, which end when their client leaves.",
        unit: "s",
        queries: {
          p50: 'histogram_quantile(0.5, sum by (le) (rate(tickhouse_api_request_duration_seconds_bucket{route!="/stream"}[5m])))',
          p99: 'histogram_quantile(0.99, sum by (le) (rate(tickhouse_api_request_duration_seconds_bucket{route!="/stream"}[5m])))',
        },
      },
      {
        kind: "lines",
        title: "Clients of the live stream",
        help: "Connections that are open.",
        unit: "short",
        queries: { clients: "sum(tickhouse_api_stream_clients)" },
      },
    ],
    Processes: [
      {
        kind: "lines",
        title: "CPU",
        help: "Cores that our own services use.",
        unit: "short",
        queries: {
          "{{job}} {{instance}}": 'rate(process_cpu_seconds_total{job=~"tickhouse-(api|bars|producer)"}[1m])',
        },
      },
      {
        kind: "lines",
        title: "Memory",
        help: "Resident.",
        unit: "bytes",
        queries: {
          "{{job}} {{instance}}": 'process_resident_memory_bytes{job=~"tickhouse-(api|bars|producer)"}',
        },
      },
    ],
  },
};
