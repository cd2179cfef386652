import type { Alert } from "./alert.ts";

/** What runs out or falls behind without anything being broken yet. */
export const operations: readonly Alert[] = [
  {
    alert: "TickhouseCertificateExpires",
    expr: "min by (server) (tickhouse_certificate_not_after_seconds) - time() < 14 * 86400",
    for: "1h",
    severity: "warning",
    summary: "A certificate expires within two weeks",
    description:
      "The certificate of {{ $labels.server }} has {{ $value | humanizeDuration }} left: its renewal did not run.",
  },
  {
    alert: "TickhouseCertificateExpiresSoon",
    expr: "min by (server) (tickhouse_certificate_not_after_seconds) - time() < 2 * 86400",
    for: "5m",
    severity: "critical",
    summary: "A certificate expires within two days",
    description:
      "The certificate of {{ $labels.server }} has {{ $value | humanizeDuration }} left; then nobody connects to it.",
  },
  {
    alert: "TickhouseBackupTooOld",
    expr: "time() - max(tickhouse_backup_last_success_timestamp_seconds) > 26 * 3600",
    for: "30m",
    severity: "critical",
    summary: "The last good backup is over 26 hours old",
    description: "It was made {{ $value | humanizeDuration }} ago.",
  },
];
