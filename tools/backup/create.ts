import { type Connection, withNode } from "../../infra/clickhouse/connection.ts";
import { BACKUPS } from "../../infra/storage/storage.ts";
import { readKafka } from "../../services/audit/src/index.ts";
import { say } from "../report.ts";
import { syncReplica, untilBarsFollowed, whilePaused } from "./cut.ts";
import { readFacts, tableLayouts } from "./facts.ts";
import { readClusterId } from "./kafkaPlaces.ts";
import { latestOf, readManifests, writeManifest } from "./list.ts";
import {
  type Manifest,
  nameOf,
  PARTS,
  type Part,
  partOf,
  pathOf,
  type ShardFacts,
  schemaVersion,
  type TableLayout,
} from "./manifest.ts";
import {
  type Operation,
  quoted,
  requireIdle,
  startOperation,
  untilDone,
  untilGathered,
} from "./operation.ts";
import { type BackedUp, nodesOf, type ShardNodes } from "./warehouse.ts";

const SYNC_TIMEOUT_MS = 300_000;

interface ShardBackup {
  readonly shard: string;
  readonly node: string;
  readonly facts: ShardFacts;
  readonly operations: readonly Operation[];
}

/**
 * Makes a backup: pauses consumption, notes where every partition is, lets each shard's first node gather its parts, and
 * resumes; the files are written while ticks come in again.
 * @param full also where an incremental one would do
 */
export async function createBackup(warehouse: BackedUp, full: boolean): Promise<Manifest> {
  const { stack, kafka, store, shards } = warehouse;
  const nodes = nodesOf(warehouse);
  await requireIdle(nodes);
  const layouts = await sameLayouts(shards);
  const base = full ? undefined : latestOf(await readManifests(store), stack, shards);
  const kind = base === undefined ? "full" : "incremental";
  const clusterId = await readClusterId(kafka);
  const startedMs = Date.now();
  const cut = await whilePaused(nodes, async () => {
    const at = new Date();
    const name = nameOf(at, kind);
    say(`${name}: consumption is paused${base === undefined ? "" : `; builds on ${base.name}`}`);
    await Promise.all(shards.map(({ first }) => syncReplica(first, SYNC_TIMEOUT_MS)));
    if (!(await untilBarsFollowed(shards.map(({ first }) => first))))
      say("exact bars have not followed yet; those that wait are computed again after a restore");
    const partitions = (await readKafka(kafka)).map(({ partition, low, committed }) => ({
      partition,
      next: String(committed ?? low),
    }));
    const started = await Promise.all(shards.map((shard) => startShard(shard, name, layouts, base)));
    return { at, name, partitions, started };
  });
  const seconds = ((Date.now() - startedMs) / 1_000).toFixed(1);
  say(`${cut.name}: ticks are taken again after ${seconds} s; writing`);
  const written = await Promise.all(cut.started.map(finishShard));
  const manifest: Manifest = {
    format: 1,
    name: cut.name,
    kind,
    base: base?.name ?? null,
    stack,
    cutAt: cut.at.toISOString(),
    schema: { version: schemaVersion(layouts), tables: layouts },
    kafka: { clusterId, topic: kafka.topic, group: kafka.group, partitions: cut.partitions },
    shards: written,
  };
  await writeManifest(store, manifest);
  return manifest;
}

/** The layout of the data tables, which has to be the same on every shard. */
async function sameLayouts(shards: readonly ShardNodes[]): Promise<TableLayout[]> {
  const [first, ...others] = await Promise.all(
    shards.map(({ first: node }) => withNode(node, (session) => tableLayouts(session, node.database))),
  );
  if (first === undefined || first.length === 0)
    throw new Error("there are no data tables to back up; next step: npm run up");
  if (others.some((layouts) => schemaVersion(layouts) !== schemaVersion(first)))
    throw new Error("the shards' tables differ; next step: npm run up, then back up");
  return first;
}

async function startShard(
  { shard, first }: ShardNodes,
  name: string,
  layouts: readonly TableLayout[],
  base: Manifest | undefined,
): Promise<ShardBackup> {
  const facts = await withNode(first, (session) => readFacts(session, first.database));
  const operations: Operation[] = [];
  // One after the other: see PARTS.
  for (const part of PARTS) {
    const tables = layouts.map(({ table }) => table).filter((table) => partOf(table) === part);
    const operation = await startPart(first, tables, pathOf(name, shard, part), baseOf(base, shard, part));
    await untilGathered(operation);
    operations.push(operation);
  }
  return { shard, node: first.node, facts, operations };
}

const baseOf = (base: Manifest | undefined, shard: string, part: Part): string | undefined =>
  base && pathOf(base.name, shard, part);

function startPart(
  node: Connection,
  tables: readonly string[],
  path: string,
  base: string | undefined,
): Promise<Operation> {
  const list = tables.map((table) => `TABLE ${quoted(node.database)}.${quoted(table)}`).join(", ");
  return startOperation(
    node,
    `BACKUP ${list} TO Disk('${BACKUPS}', '${path}')`,
    path,
    base === undefined ? [] : [`base_backup = Disk('${BACKUPS}', '${base}')`],
  );
}

async function finishShard({
  shard,
  node,
  facts,
  operations,
}: ShardBackup): Promise<Manifest["shards"][number]> {
  const done = await Promise.all(operations.map(untilDone));
  const sum = (field: "files" | "bytes"): string =>
    String(done.reduce((total, progress) => total + BigInt(progress[field]), 0n));
  return { shard, node, files: sum("files"), bytes: sum("bytes"), facts };
}
