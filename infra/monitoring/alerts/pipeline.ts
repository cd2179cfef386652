import type { Alert } from "./alert.ts";

/** From the source to the raw ticks, and out through the API. */
export const pipeline: readonly Alert[] = [
  {
    alert: "TickhouseServiceDown",
    expr: 'up{job=~"tickhouse-(api|bars|producer)"} == 0 or absent(up{job="tickhouse-api"}) or absent(up{job="tickhouse-bars"})',
    for: "2m",
    severity: "critical",
    summary: "A service does not answer",
    description: "{{ $labels.job }} {{ $labels.instance }} tells Prometheus nothing.",
  },
  {
    alert: "TickhouseConsumersBehind",
    expr: "sum(max by (topic, partition) (tickhouse_kafka_lag)) > 100000",
    for: "10m",
    severity: "warning",
    summary: "ClickHouse reads slower than Kafka is written to",
    description: "{{ $value }} messages wait. Kafka keeps them for seven days.",
  },
  {
    alert: "TickhouseKafkaUnreachable",
    expr: 'absent(tickhouse_kafka_end_offset) and on () max(up{job="tickhouse-api"}) == 1',
    for: "5m",
    severity: "critical",
    summary: "Kafka does not answer",
    description: "The API can't read offsets: no broker answers, or the topic is not there.",
  },
  {
    alert: "TickhouseProducerBehind",
    expr: "tickhouse_producer_lag_seconds > 30",
    for: "5m",
    severity: "warning",
    summary: "The producer is behind its schedule",
    description:
      "{{ $labels.instance }} is {{ $value | humanizeDuration }} behind: Kafka takes longer than the feed allows.",
  },
  {
    alert: "TickhouseApiErrors",
    expr: 'sum(rate(tickhouse_api_request_duration_seconds_count{status=~"5.."}[5m])) / sum(rate(tickhouse_api_request_duration_seconds_count[5m])) > 0.05',
    for: "10m",
    severity: "warning",
    summary: "The API fails requests",
    description: "{{ $value | humanizePercentage }} of the requests end with a 5xx status.",
  },
];
