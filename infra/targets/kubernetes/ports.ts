import { clickhousePorts } from "../../clickhouse/ports.ts";
import { BROKER_PORTS } from "../../kafka/brokerSettings.ts";
import { METRICS_PORTS } from "../../monitoring/ports.ts";
import { type TlsDecision, usesTls } from "../../tls/parts.ts";
import { KEEPER_CONTROL_PORT, keeperPort, RAFT_PORT } from "../../topology.ts";

/** Ports inside of the cluster that are what they are, whatever speaks there. */
export const PORTS = {
  clickhouseMetrics: METRICS_PORTS.clickhouse,
  keeperMetrics: METRICS_PORTS.keeper,
  serviceMetrics: METRICS_PORTS.service,
  keeperControl: KEEPER_CONTROL_PORT,
  raft: RAFT_PORT,
  kafka: BROKER_PORTS.inside,
  /** On the pod's own loopback. */
  kafkaOutside: BROKER_PORTS.outside,
  kafkaController: BROKER_PORTS.controller,
  api: 8000,
} as const;

/** Those that are others over TLS: a port in clear is closed there. Pure. */
export const serverPorts = (config: TlsDecision) => ({
  ...clickhousePorts(usesTls(config, "clickhouse")),
  keeper: keeperPort(usesTls(config, "keeper")),
});
export type ServerPorts = ReturnType<typeof serverPorts>;
