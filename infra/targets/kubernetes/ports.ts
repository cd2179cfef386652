import { BROKER_PORTS } from "../../kafka/brokerSettings.ts";
import { METRICS_PORTS } from "../../monitoring/ports.ts";
import { KEEPER_PORT, RAFT_PORT } from "../../topology.ts";

/** Ports inside of the cluster. */
export const PORTS = {
  http: 8123,
  native: 9000,
  interserver: 9009,
  clickhouseMetrics: METRICS_PORTS.clickhouse,
  keeperMetrics: METRICS_PORTS.keeper,
  serviceMetrics: METRICS_PORTS.service,
  keeper: KEEPER_PORT,
  raft: RAFT_PORT,
  kafka: BROKER_PORTS.inside,
  /** On the pod's own loopback. */
  kafkaOutside: BROKER_PORTS.outside,
  kafkaController: BROKER_PORTS.controller,
  api: 8000,
} as const;
