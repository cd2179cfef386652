import type { Audit, PartitionAudit } from "@tickhouse/audit";
import { Gauge, type Registry } from "prom-client";
import type { Auditor } from "./auditor.ts";

/** A scrape begins a new audit when the last one is older. */
const REFRESH_AFTER_MS = 60_000;

/** The last audit as gauges. */
export interface AuditGauges {
  /** Called with each scrape: shows the last audit, and begins a new one behind it when that is old. Waits for nothing. */
  scrape(): void;
}

const PER_PARTITION = [
  ["missing", "Messages that were read and are not stored with all their lines."],
  ["pending", "Messages that are yet to be read."],
  ["stored", "Messages that are stored with all their lines."],
  ["deadLettered", "Messages all of whose lines are dead letters."],
] as const satisfies readonly (readonly [keyof PartitionAudit, string])[];
const NAMES: Readonly<Record<string, string>> = { deadLettered: "dead_letter" };

export function createAuditGauges(
  registry: Registry,
  { audit: shared }: Auditor,
  report: (error: unknown) => void,
  now: () => number = Date.now,
): AuditGauges {
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge => {
    const made = new Gauge({ name: `tickhouse_audit_${name}`, help, labelNames, registers: [registry] });
    // Without labels it would say 0 before anything was audited.
    if (labelNames.length === 0) made.remove();
    return made;
  };
  const perPartition = PER_PARTITION.map(
    ([field, help]) =>
      [field, gauge(`${NAMES[field] ?? field}_offsets`, help, ["topic", "partition"])] as const,
  );
  const up = gauge("up", "Whether the last audit could be made: 1, or 0.");
  const timestamp = gauge("timestamp_seconds", "When the audit was made that these numbers are of.");
  const bars = gauge("bars_pending", "Minutes whose exact bars are yet to be computed.");
  const buffered = gauge(
    "buffered_rows",
    "Rows that are in memory only; missing messages may be among them.",
  );

  const show = ({ at, topic, partitions, ...rest }: Audit): void => {
    for (const each of partitions)
      for (const [field, made] of perPartition)
        made.set({ topic, partition: each.partition }, Number(each[field]));
    bars.set(rest.barsPending);
    buffered.set(rest.buffered.reduce((sum, { rows }) => sum + rows, 0));
    timestamp.set(Date.parse(at) / 1000);
  };
  return {
    scrape() {
      const { last } = shared;
      if (last !== undefined) up.set(last.ok ? 1 : 0);
      if (last?.ok === true) show(last.value);
      if (last === undefined || now() - last.endedMs >= REFRESH_AFTER_MS) shared.get().catch(report);
    },
  };
}
