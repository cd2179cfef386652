import { prepareState } from "../prepare.ts";
import { say } from "../report.ts";
import { createBackup } from "./create.ts";
import { readManifest, readManifests } from "./list.ts";
import { tellSuccess } from "./metrics.ts";
import { planPrune } from "./prune.ts";
import { restoreBackup } from "./restore.ts";
import { backupsTable } from "./tables.ts";
import { verifyBackup } from "./verify.ts";
import { openBackedUp, openStackStore } from "./warehouse.ts";

interface StackOption {
  readonly stack: string;
}

/** What a backup may be asked for. */
interface CreateOptions extends StackOption {
  readonly full: boolean;
  readonly verify: boolean;
  readonly metricsFile?: string;
}

/**
 * Makes a backup; with `verify` it is restored beside the live tables afterwards. Its success is told in `metricsFile` when
 * all of that went well.
 */
export async function create({ stack, full, verify: proof, metricsFile }: CreateOptions): Promise<void> {
  const manifest = await createBackup(await openBackedUp(stack, "backup"), full);
  console.log(manifest.name);
  if (proof) await verify(manifest.name, { stack });
  if (metricsFile !== undefined) await tellSuccess(metricsFile, stack, manifest);
}

/** Prints the finished backups. */
export async function list({ stack, json }: StackOption & { readonly json: boolean }): Promise<void> {
  const store = await openStackStore(await prepareState(), stack);
  const manifests = await readManifests(store);
  if (json) console.log(JSON.stringify(manifests, null, 2));
  else if (manifests.length === 0) console.log(`no backups at ${store.place}`);
  else console.log(backupsTable(manifests));
}

/** Proves that a backup, or the newest one, can be restored. */
export async function verify(name: string | undefined, { stack }: StackOption): Promise<void> {
  const warehouse = await openBackedUp(stack, "owner");
  const chosen = name ?? (await readManifests(warehouse.store)).at(-1)?.name;
  if (chosen === undefined)
    throw new Error(`no backups at ${warehouse.store.place}; next step: npm run backup`);
  await verifyBackup(warehouse, await readManifest(warehouse.store, chosen));
  say(`${chosen} can be restored`);
}

/** Removes backups beyond the newest ones. */
export async function prune({
  stack,
  keep,
  dryRun,
}: StackOption & { readonly keep: number; readonly dryRun: boolean }): Promise<void> {
  const store = await openStackStore(await prepareState(), stack);
  const [folders, manifests] = [await store.folders(), await readManifests(store)];
  const going = planPrune(folders, manifests, keep, new Date());
  for (const name of going) {
    if (!dryRun) await store.remove(name);
    console.log(name);
  }
  say(
    `${going.length} of ${folders.length} backup(s) ${dryRun ? "would be " : ""}removed from ${store.place}`,
  );
}

/** Restores a backup into a running stack whose tables are empty, or whose data is named to be discarded. */
export async function restore(
  name: string,
  { stack, discardDataOf }: StackOption & { readonly discardDataOf?: string },
): Promise<void> {
  if (discardDataOf !== undefined && discardDataOf !== stack)
    throw new Error(
      `--discard-data-of ${discardDataOf} is not the stack that is restored; accepted: --discard-data-of ${stack}`,
    );
  const warehouse = await openBackedUp(stack, "owner");
  const manifest = await readManifest(warehouse.store, name);
  const { lost } = await restoreBackup(warehouse, manifest, discardDataOf === stack);
  say(`${name} is restored as of ${manifest.cutAt}; its consumers go on from there`);
  if (lost > 0n)
    throw new Error(
      `${lost} message(s) that came after the backup are no longer in Kafka; a newer backup would have them (npm run backup -- list)`,
    );
  say("next step: npm run verify -- --wait");
}
