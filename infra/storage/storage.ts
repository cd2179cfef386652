import { type StorageSettings, withSlash } from "./settings.ts";

/** A folder of an S3-compatible store, and who may use it. */
export interface Bucket {
  /** Endpoint, bucket and folder; ends with a slash. */
  readonly url: string;
  /** Empty where the machine's own role gives access. */
  readonly keyId: string;
  readonly secretKey: string;
}

/** Where backups are kept. */
export type BackupPlace =
  | { readonly kind: "bucket"; readonly bucket: Bucket }
  /** Of this machine; absolute. */
  | { readonly kind: "folder"; readonly path: string };

/** What a node has beside its own disk. */
export interface Storage {
  /** Where old ticks go. */
  readonly archive?: Bucket;
  readonly backups?: BackupPlace;
}

/** Name of the storage policy whose tables reach both disks; of the volume, and of the disk, with archived parts. */
export const TIERED = "tiered";
export const ARCHIVE = "archive";
/** Name of the disk that backups are written to. */
export const BACKUPS = "backups";

/**
 * Where a stack's backups go: the bucket that is set, else a folder of this machine where its servers are processes of
 * it. Containers and pods have no place that outlives their host, so there are none without a bucket. Pure.
 * @param folder of this machine, absolute
 */
export function backupPlaceOf(settings: StorageSettings, folder: string): BackupPlace | undefined {
  const { backupUrl, backupKeyId, backupSecretKey, target } = settings;
  if (backupUrl !== "")
    return {
      kind: "bucket",
      bucket: { url: withSlash(backupUrl), keyId: backupKeyId, secretKey: backupSecretKey },
    };
  return target === "local" ? { kind: "folder", path: folder } : undefined;
}

/** What every node of a stack has beside its own disk. Pure. */
export function storageOf(settings: StorageSettings, backupFolder: string): Storage {
  const { archiveUrl, archiveKeyId, archiveSecretKey } = settings;
  const backups = backupPlaceOf(settings, backupFolder);
  return {
    ...(archiveUrl !== "" && {
      archive: { url: withSlash(archiveUrl), keyId: archiveKeyId, secretKey: archiveSecretKey },
    }),
    ...(backups && { backups }),
  };
}
