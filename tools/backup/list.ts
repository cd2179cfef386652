import { isName, MANIFEST, type Manifest, parseManifest } from "./manifest.ts";
import type { BackupStore } from "./store.ts";
import type { ShardNodes } from "./warehouse.ts";

/** Every finished backup, oldest first. */
export async function readManifests(store: BackupStore): Promise<Manifest[]> {
  const names = (await store.folders()).filter(isName).sort();
  const texts = await Promise.all(
    names.map(async (name) => [name, await store.read(`${name}/${MANIFEST}`)] as const),
  );
  return texts.flatMap(([name, text]) => (text === undefined ? [] : [parseManifest(name, text)]));
}

/** One finished backup. @throws Error that lists those that there are */
export async function readManifest(store: BackupStore, name: string): Promise<Manifest> {
  const text = isName(name) ? await store.read(`${name}/${MANIFEST}`) : undefined;
  if (text !== undefined) return parseManifest(name, text);
  const names = (await readManifests(store)).map((manifest) => manifest.name);
  throw new Error(
    `there is no backup ${name} at ${store.place}; accepted: ${names.slice(-10).join(", ") || "none yet (npm run backup)"}`,
  );
}

/** Last of all, so that a backup that has one is whole. */
export const writeManifest = (store: BackupStore, manifest: Manifest): Promise<void> =>
  store.write(`${manifest.name}/${MANIFEST}`, `${JSON.stringify(manifest, null, 2)}\n`);

/** The newest backup of the same stack and shards: what an incremental one builds on. Pure. */
export const latestOf = (
  manifests: readonly Manifest[],
  stack: string,
  shards: readonly Pick<ShardNodes, "shard">[],
): Manifest | undefined =>
  manifests.findLast(
    (manifest) =>
      manifest.stack === stack &&
      manifest.shards.map(({ shard }) => shard).join() === shards.map(({ shard }) => shard).join(),
  );
