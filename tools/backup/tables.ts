import { getBorderCharacters, table } from "table";
import type { Manifest } from "./manifest.ts";

/** Backups as a person reads them, oldest first. Pure. */
export function backupsTable(manifests: readonly Manifest[]): string {
  const rows = manifests.map(({ name, base, cutAt, shards }) => [
    name,
    base ?? "",
    cutAt,
    String(shards.reduce((sum, { facts }) => sum + BigInt(facts.rawTicks), 0n)),
    String(shards.reduce((sum, { facts }) => sum + BigInt(facts.bars.revisions), 0n)),
    String(shards.reduce((sum, { bytes }) => sum + BigInt(bytes), 0n)),
  ]);
  return table([["backup", "builds on", "as of", "raw ticks", "bars", "bytes"], ...rows], {
    border: getBorderCharacters("norc"),
    drawHorizontalLine: (index, count) => index <= 1 || index === count,
    columns: [{}, {}, {}, ...Array.from({ length: 3 }, () => ({ alignment: "right" as const }))],
  }).trimEnd();
}
