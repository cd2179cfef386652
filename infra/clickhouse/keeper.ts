import type { TlsFiles } from "../tls/files.ts";
import { KEEPER_CONTROL_PORT, KEEPER_PORT, KEEPER_SECURE_PORT, type Keeper, RAFT_PORT } from "../topology.ts";
import { openSsl } from "./openSsl.ts";
import { prometheusEndpoint } from "./prometheus.ts";
import { renderXml } from "./xml.ts";

export interface KeeperOptions {
  /** With TLS clients and the other members come over that alone, and it answers at `/ready` of its control port. */
  readonly tls?: TlsFiles | undefined;
  /** Where Prometheus reads its metrics, if anywhere. */
  readonly metricsPort?: number | undefined;
}

/** Renders `keeper_config.xml` of one member of the ensemble. Pure. */
export function renderKeeperConfig(
  keeper: Keeper,
  ensemble: readonly Keeper[],
  { tls, metricsPort }: KeeperOptions = {},
): string {
  return renderXml({
    logger: { level: "information", console: 1 },
    listen_host: "0.0.0.0",
    ...(metricsPort !== undefined && prometheusEndpoint(metricsPort)),
    ...(tls && { openSSL: openSsl({ files: tls, serves: true, verifiesNames: false }) }),
    keeper_server: {
      ...(tls
        ? {
            tcp_port_secure: KEEPER_SECURE_PORT,
            http_control: { secure_port: KEEPER_CONTROL_PORT, readiness: { endpoint: "/ready" } },
          }
        : { tcp_port: KEEPER_PORT }),
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
        ...(tls && { secure: "true" }),
        server: ensemble.map(({ id, name }) => ({ id, hostname: name, port: RAFT_PORT })),
      },
    },
  });
}
