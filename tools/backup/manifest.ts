import { createHash } from "node:crypto";
import { z } from "zod";

const count = z.string().regex(/^\d+$/);

/** What a restored shard must hold again, in numbers that no merge of parts changes. */
const factsSchema = z.object({
  /** Rows of raw ticks, duplicates included. */
  rawTicks: count,
  /** Offsets that the ledger has, by partition and kind of line. */
  ledger: z.array(z.object({ topic: z.string(), partition: z.int(), kind: z.string(), offsets: count })),
  /** Dead letters, each once. */
  deadLetters: count,
  /** Exact bars with all their revisions, and a sum of hashes over everything in them. */
  bars: z.object({ revisions: count, hash: count }),
});
export type ShardFacts = z.output<typeof factsSchema>;

/** What a table has to be like to take the parts of a backup; without `Replicated`: the same on every target. */
const tableSchema = z.object({
  table: z.string(),
  engine: z.string(),
  partitionKey: z.string(),
  sortingKey: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
});
export type TableLayout = z.output<typeof tableSchema>;

const manifestSchema = z.object({
  format: z.literal(1),
  name: z.string(),
  kind: z.enum(["full", "incremental"]),
  /** The backup that an incremental one builds on. */
  base: z.string().nullable(),
  stack: z.string(),
  /** The moment that all shards are restored to: consumption was paused then. ISO 8601. */
  cutAt: z.iso.datetime(),
  schema: z.object({ version: z.string(), tables: z.array(tableSchema) }),
  kafka: z.object({
    clusterId: z.string(),
    topic: z.string(),
    group: z.string(),
    /** The offset of each partition that comes next: all before it is in the backup, nothing from it on is. */
    partitions: z.array(z.object({ partition: z.int(), next: count })),
  }),
  shards: z.array(
    z.object({ shard: z.string(), node: z.string(), files: count, bytes: count, facts: factsSchema }),
  ),
});

/** What is known of one backup, kept beside it as `manifest.json`: a backup without it was never finished. */
export type Manifest = z.output<typeof manifestSchema>;

export const MANIFEST = "manifest.json";

/** @throws Error that names the backup and the field */
export function parseManifest(name: string, text: string): Manifest {
  const parsed = manifestSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `backup ${name}: ${MANIFEST} is not one of this program: ${issue?.path.join(".")}: ${issue?.message}`,
  );
}

/** `20261124T180509Z-full`: names sort as the backups were made. Pure. */
export const nameOf = (at: Date, kind: Manifest["kind"]): string =>
  `${at.toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "")}-${kind}`;

/** Whether a text is the name of a backup: names become paths, and a part of statements. */
export const isName = (text: string): boolean => /^\d{8}T\d{6}Z-(?:full|incremental)$/.test(text);

/**
 * The parts of a shard's backup. The notes of changed bars are written first: a note that is older than the bars makes
 * one be computed again, which changes nothing; one that is newer would leave a bar out.
 */
export const PARTS = ["notes", "data"] as const;
export type Part = (typeof PARTS)[number];
export const NOTES_TABLE = "bar_changes";
export const partOf = (table: string): Part => (table === NOTES_TABLE ? "notes" : "data");

/** Where a part of a shard's backup lies on the disk of backups. Pure. */
export const pathOf = (name: string, shard: string, part: Part): string => `${name}/${shard}/${part}`;

/** One version for the layout of all data tables. Pure. */
export const schemaVersion = (tables: readonly TableLayout[]): string =>
  createHash("sha256")
    .update(JSON.stringify([...tables].sort((a, b) => (a.table < b.table ? -1 : 1))))
    .digest("hex")
    .slice(0, 16);

/** Why tables can't take the parts of a backup; empty where they can. More columns than it has get their defaults. Pure. */
export function misfits(backup: readonly TableLayout[], live: readonly TableLayout[]): string[] {
  return backup.flatMap((wanted) => {
    const found = live.find(({ table }) => table === wanted.table);
    if (found === undefined) return [`there is no table ${wanted.table}`];
    const types = new Map(found.columns.map(({ name, type }) => [name, type]));
    const differing = (["engine", "partitionKey", "sortingKey"] as const).filter(
      (key) => found[key] !== wanted[key],
    );
    return [
      ...differing.map(
        (key) => `${wanted.table}'s ${key} is ${found[key] || "none"}, the backup's ${wanted[key] || "none"}`,
      ),
      ...wanted.columns
        .filter(({ name, type }) => types.get(name) !== type)
        .map(
          ({ name, type }) =>
            `${wanted.table}.${name} is ${types.get(name) ?? "not there"}, the backup's ${type}`,
        ),
    ];
  });
}
