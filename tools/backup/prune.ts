import { isName, type Manifest } from "./manifest.ts";

/** An unfinished backup may be one that is being made. */
const UNFINISHED_MS = 172_800_000;

/**
 * Which folders can go: finished backups beyond the newest `keep`, unless one that stays builds on them; and those that
 * were begun two days ago and never finished. Pure.
 * @param folders everything that lies at the place of backups
 */
export function planPrune(
  folders: readonly string[],
  manifests: readonly Manifest[],
  keep: number,
  now: Date,
): string[] {
  const byName = new Map(manifests.map((manifest) => [manifest.name, manifest]));
  const kept = new Set<string>();
  for (const { name } of manifests.toSorted((a, b) => (a.name < b.name ? 1 : -1)).slice(0, keep))
    for (let at: string | null = name; at !== null; at = byName.get(at)?.base ?? null) kept.add(at);
  return folders
    .filter(isName)
    .filter((name) => (byName.has(name) ? !kept.has(name) : now.getTime() - madeAt(name) > UNFINISHED_MS))
    .sort();
}

/** `20261124T180509Z-full` -> milliseconds since 1970. */
const madeAt = (name: string): number =>
  Date.parse(name.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, "$1-$2-$3T$4:$5:$6Z"));
