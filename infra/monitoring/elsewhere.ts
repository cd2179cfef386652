/**
 * Metrics that an alert or a dashboard names, and that no part of this repository can be seen to export in its tests; with
 * who exports them. Everything else that is named is scraped from running services by a test.
 */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  up: "Prometheus, of each server that it reads",
  ClickHouseAsyncMetrics_ReplicasMaxAbsoluteDelay:
    "a ClickHouse server; the embedded engine has no asynchronous metrics",
  ClickHouseAsyncMetrics_KeeperIsLeader: "ClickHouse Keeper, which only its image has",
  ClickHouseAsyncMetrics_KeeperSyncedFollowers: "the same",
  kubelet_volume_stats_available_bytes: "the kubelet",
  kubelet_volume_stats_capacity_bytes: "the kubelet",
  tickhouse_certificate_not_after_seconds: "a stack with TLS",
  tickhouse_backup_last_success_timestamp_seconds:
    "npm run backup -- --metrics-file, as docs/backup.md shows",
};
