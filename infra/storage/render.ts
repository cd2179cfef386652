import type { Xml } from "../clickhouse/xml.ts";
import type { Node } from "../topology.ts";
import { ARCHIVE, BACKUPS, type BackupPlace, type Bucket, type Storage, TIERED } from "./storage.ts";

/** Who asks: a key, or whatever role the machine or pod has. */
const access = ({ keyId, secretKey }: Bucket): Xml =>
  keyId === ""
    ? { use_environment_credentials: 1 }
    : { access_key_id: keyId, secret_access_key: secretKey, use_environment_credentials: 0 };

/**
 * The archive of one node: each replica has a copy in a folder of its own. Copies that replicas share (zero-copy
 * replication) are not for production, as the server's makers say.
 */
const archiveDisk = (bucket: Bucket, { shard, name }: Node): Xml => ({
  type: "s3",
  endpoint: `${bucket.url}${shard}/${name}/`,
  ...(access(bucket) as object),
});

/** Files have the names that they are read by: a backup is found by any server, with no memory of who wrote it. */
const backupDisk = (place: BackupPlace): Xml =>
  place.kind === "folder"
    ? { type: "local", path: `${place.path}/` }
    : { type: "s3_plain", endpoint: place.bucket.url, ...(access(place.bucket) as object) };

/**
 * A tick is stored on the node's own disk, whatever its time, so that taking ticks never waits for the archive; what is
 * older than the hot period then moves in the background. Nothing moves for want of space (`move_factor`).
 */
const TIERED_POLICY: Xml = {
  volumes: {
    // Named as in the policy that tables have without one: only so can a table be given this one in place.
    default: { disk: "default" },
    [ARCHIVE]: { disk: ARCHIVE, perform_ttl_move_on_insert: "false" },
  },
  move_factor: 0,
};

/** What a node's configuration says of its archive and its backups. Pure. */
export function storageConfig({ archive, backups }: Storage, node: Node): { readonly [tag: string]: Xml } {
  if (archive === undefined && backups === undefined) return {};
  return {
    storage_configuration: {
      disks: {
        ...(archive && { [ARCHIVE]: archiveDisk(archive, node) }),
        ...(backups && { [BACKUPS]: backupDisk(backups) }),
      },
      ...(archive && { policies: { [TIERED]: TIERED_POLICY } }),
    },
    ...(backups && { backups: { allowed_disk: BACKUPS } }),
  };
}
