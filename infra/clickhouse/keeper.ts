import { KEEPER_PORT, type Keeper, RAFT_PORT } from "../topology.ts";
import { prometheusEndpoint } from "./prometheus.ts";
import { renderXml } from "./xml.ts";

/**
 * Renders `keeper_config.xml` of one member of the ensemble. Pure.
 * @param metricsPort where Prometheus reads its metrics, if anywhere
 */
export function renderKeeperConfig(
  keeper: Keeper,
  ensemble: readonly Keeper[],
  metricsPort?: number,
): string {
  return renderXml({
    logger: { level: "information", console: 1 },
    listen_host: "0.0.0.0",
    ...(metricsPort !== undefined && prometheusEndpoint(metricsPort)),
    keeper_server: {
      tcp_port: KEEPER_PORT,
      server_id: keeper.id,
      log_storage_path: "/var/lib/clickhouse-keeper/coordination/log",
      snapshot_storage_path: "/var/lib/clickhouse-keeper/coordination/snapshots",
      four_letter_word_white_list: "ruok,mntr,srvr,stat",
      coordination_settings: {
        operation_timeout_ms: 10_000,
        session_timeout_ms: 30_000,
        raft_logs_level: "warning",
      },
      raft_configuration: {
        server: ensemble.map(({ id, name }) => ({ id, hostname: name, port: RAFT_PORT })),
      },
    },
  });
}
