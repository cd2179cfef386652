import { withNode } from "../../infra/clickhouse/connection.ts";
import { resumeConsumption } from "../../infra/schema/apply/consumption.ts";
import { say } from "../report.ts";
import { bringToRest, syncReplica } from "./cut.ts";
import { factDifferences, readFacts, tableLayouts } from "./facts.ts";
import { advance, commit, type PartitionPlan, planPartitions, readKafkaNow } from "./kafkaPlaces.ts";
import { type Manifest, misfits } from "./manifest.ts";
import { requireIdle } from "./operation.ts";
import { discardTables, filledTables, restorePart } from "./restoreShard.ts";
import { type BackedUp, nodesOf, type ShardNodes } from "./warehouse.ts";

const SYNC_TIMEOUT_MS = 3_600_000;

export interface Restored {
  readonly manifest: Manifest;
  /** Messages behind the backup that Kafka has no longer. */
  readonly lost: bigint;
}

/**
 * Brings a warehouse to where a backup was made: its tables, and the place in every partition from which its consumers
 * go on. Everything is looked at before anything is changed.
 * @param discard whether tables that hold something are emptied first
 */
export async function restoreBackup(
  warehouse: BackedUp,
  manifest: Manifest,
  discard: boolean,
): Promise<Restored> {
  const { kafka, shards, stack } = warehouse;
  const nodes = nodesOf(warehouse);
  await requireIdle(nodes);
  requireShards(manifest, shards);
  await requireLayouts(manifest, shards);
  // Asked before the consumers rest, so that a refusal leaves everything as it was.
  planPartitions(manifest, await readKafkaNow(kafka, manifest.cutAt));
  if (!discard) await requireEmpty(warehouse, manifest);
  try {
    await bringToRest(nodes);
    say("consumption is paused");
    const plans = planPartitions(manifest, await readKafkaNow(kafka, manifest.cutAt));
    if (discard) await discardAll(shards, manifest);
    else await requireEmpty(warehouse, manifest);
    await advance(kafka, plans);
    await Promise.all(shards.map((shard) => restoreShard(manifest, shard)));
    await commit(kafka, plans);
    await resumeConsumption(nodes);
    return { manifest, lost: lostOf(plans) };
  } catch (error) {
    throw new Error(
      `${(error as Error).message}\nConsumption may be paused now, and tables half restored. Next step: mend the cause and repeat, with --discard-data-of ${stack}; to go on without the backup: npm run up`,
      { cause: error },
    );
  }
}

const lostOf = (plans: readonly PartitionPlan[]): bigint => plans.reduce((sum, { lost }) => sum + lost, 0n);

function requireShards({ name, shards: backup }: Manifest, shards: readonly ShardNodes[]): void {
  const [want, have] = [backup, shards].map((each) => each.map(({ shard }) => shard).join(", "));
  if (want !== have)
    throw new Error(
      `backup ${name} is of the shards ${want}, the stack has ${have}: each symbol lives on one of them. Accepted: tickhouse:shards ${backup.length}`,
    );
}

async function requireLayouts({ name, schema }: Manifest, shards: readonly ShardNodes[]): Promise<void> {
  for (const { first } of shards) {
    const live = await withNode(first, (session) => tableLayouts(session, first.database));
    const problems = misfits(schema.tables, live);
    if (problems.length > 0)
      throw new Error(
        `backup ${name} is of schema version ${schema.version} and does not fit ${first.node}: ${problems.join("; ")}. Accepted: the checkout that the backup was made with, or a later one that only adds`,
      );
  }
}

/** @throws Error that names what is there, and says how to let go of it */
async function requireEmpty(warehouse: BackedUp, { name, schema }: Manifest): Promise<void> {
  const tables = schema.tables.map(({ table }) => table);
  const filled: string[] = [];
  for (const node of nodesOf(warehouse))
    for (const { table, rows } of await withNode(node, (session) => filledTables(session, tables)))
      filled.push(`${node.node} ${table} (${rows} rows)`);
  if (filled.length === 0) return;
  const { stack } = warehouse;
  throw new Error(
    `restore does not overwrite, and these tables are not empty: ${filled.join(", ")}. ` +
      `Accepted: a stack without ticks. To throw away what this one has: npm run restore -- ${name} --stack ${stack} --discard-data-of ${stack}`,
  );
}

async function discardAll(shards: readonly ShardNodes[], { schema }: Manifest): Promise<void> {
  const tables = schema.tables.map(({ table }) => table);
  say("discarding what the tables hold");
  await Promise.all(shards.map(({ first }) => discardTables(first, tables)));
}

async function restoreShard(manifest: Manifest, { shard, first, others }: ShardNodes): Promise<void> {
  const to = { node: first, database: first.database };
  // Notes last: a bar that is computed has all its ticks.
  await restorePart(manifest, shard, "data", to);
  await restorePart(manifest, shard, "notes", to);
  for (const node of others) await syncReplica(node, SYNC_TIMEOUT_MS);
  await requireFacts(manifest, shard, to);
  say(`shard ${shard} holds what it held at ${manifest.cutAt}`);
}

/** @throws Error that says in what a restored shard differs from the one that was backed up */
export async function requireFacts(
  { name, shards }: Manifest,
  shard: string,
  { node, database }: { node: ShardNodes["first"]; database: string },
): Promise<void> {
  const wanted = shards.find((each) => each.shard === shard)?.facts;
  if (wanted === undefined) throw new Error(`backup ${name} has no shard ${shard}`);
  const found = await withNode(
    node,
    (session) => readFacts(session, database),
    node.database,
    SYNC_TIMEOUT_MS,
  );
  const differences = factDifferences(shard, wanted, found);
  if (differences.length > 0) throw new Error(`backup ${name} is not what it was: ${differences.join("; ")}`);
}
