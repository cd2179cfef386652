import { table } from "table";
import type { Audit, PartitionAudit } from "../../services/audit/src/index.ts";

const HEAD = ["partition", "start", "end", "stored", "dead letters", "pending", "empty", "missing"];
const COUNTS = ["stored", "deadLettered", "pending", "empty", "missing"] as const;

/** The account of each partition, and of all of them. Pure. */
export function accountTable({ partitions }: Audit): string {
  const row = (each: PartitionAudit) => [
    each.partition,
    each.start,
    each.end,
    ...COUNTS.map((name) => each[name]),
  ];
  const sums = COUNTS.map((name) => partitions.reduce((sum, each) => sum + each[name], 0n));
  const rows = [HEAD, ...partitions.map(row), ["all", "", "", ...sums]];
  return table(
    rows.map((cells) => cells.map(String)),
    {
      columnDefault: { alignment: "right" },
      drawHorizontalLine: (index, size) => index <= 1 || index >= size - 1,
    },
  ).trimEnd();
}

/** Missing ranges, one a line; `limit` of them and how many more there are. Pure. */
export function missingLines({ partitions }: Audit, limit: number): string[] {
  const lines = partitions.flatMap(({ partition, low, missingRanges }) =>
    missingRanges.map(
      ({ from, to }) =>
        `partition ${partition}: ${to - from === 1n ? `offset ${from}` : `offsets ${from} to ${to - 1n}`} (${to - from})${from < low ? `; Kafka has nothing before ${low}` : ""}`,
    ),
  );
  const more = lines.length - limit;
  return more > 0 ? [...lines.slice(0, limit), `and ${more} range(s) more; --json has them all`] : lines;
}

/** The whole in one line. Pure. */
export function verdictLine({ verdict, partitions, problems }: Audit): string {
  const sum = (name: "missing" | "pending" | "stored" | "deadLettered"): bigint =>
    partitions.reduce((total, each) => total + each[name], 0n);
  const pending = sum("pending") > 0n ? `; ${sum("pending")} not yet read` : "";
  if (verdict === "complete")
    return `complete: every message that was read is stored (${sum("stored")}) or a dead letter (${sum("deadLettered")})${pending}`;
  if (verdict === "incomplete") return `INCOMPLETE: ${sum("missing")} message(s) are missing${pending}`;
  return `UNKNOWN: ${problems.join("; ")}`;
}
