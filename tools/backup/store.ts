import { mkdirSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { S3mini } from "s3mini";
import type { BackupPlace, Bucket } from "../../infra/storage/storage.ts";

/** The files of all backups, as a tool reads and removes them; the servers write all but the manifests. */
export interface BackupStore {
  /** For messages. */
  readonly place: string;
  /** Names of the folders at the top: backups, finished or not. */
  folders(): Promise<string[]>;
  /** A small file's text; undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  write(path: string, text: string): Promise<void>;
  /** Removes a folder with everything in it. */
  remove(folder: string): Promise<void>;
}

export const openStore = (place: BackupPlace): BackupStore =>
  place.kind === "folder" ? folderStore(place.path) : bucketStore(place.bucket);

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

function folderStore(root: string): BackupStore {
  return {
    place: root,
    async folders() {
      const entries = await readdir(root, { withFileTypes: true }).catch((error) => {
        if (isMissing(error)) return [];
        throw error;
      });
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    },
    read: (path) =>
      readFile(join(root, path), "utf8").catch((error) => {
        if (isMissing(error)) return undefined;
        throw error;
      }),
    async write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text, { mode: 0o600 });
    },
    remove: (folder) => rm(join(root, folder), { recursive: true, force: true }),
  };
}

/** As many objects are removed by one request. */
const OBJECTS_A_REQUEST = 1_000;

/** `https://s3.eu-central-1.amazonaws.com/…` -> `eu-central-1`; stores that are not Amazon's take any. Pure. */
export const regionOf = (url: string): string =>
  /(?:^|\.)s3[.-]([a-z0-9-]+)\.amazonaws\.com$/.exec(new URL(url).hostname)?.[1] ?? "us-east-1";

/** `https://host/bucket/a/b/` -> `https://host/bucket` and `a/b/`. Pure. */
export function splitUrl(url: string): { readonly endpoint: string; readonly prefix: string } {
  const { origin, pathname } = new URL(url);
  const [bucket = "", ...folders] = pathname.split("/").filter((part) => part !== "");
  return { endpoint: `${origin}/${bucket}`, prefix: folders.map((folder) => `${folder}/`).join("") };
}

function bucketStore({ url, keyId, secretKey }: Bucket): BackupStore {
  const { endpoint, prefix } = splitUrl(url);
  const accessKeyId = keyId || process.env["AWS_ACCESS_KEY_ID"] || "";
  const secretAccessKey = secretKey || process.env["AWS_SECRET_ACCESS_KEY"] || "";
  if (accessKeyId === "" || secretAccessKey === "")
    throw new Error(
      "the bucket of backups needs a key here; accepted: tickhouse:backupKeyId and tickhouse:backupSecretKey, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment",
    );
  const s3 = new S3mini({ endpoint, accessKeyId, secretAccessKey, region: regionOf(url) });
  const asked = async <T>(request: Promise<T>): Promise<T> =>
    request.catch((cause: Error) => {
      throw new Error(`the bucket of backups at ${url} refused: ${cause.message}`, { cause });
    });
  const keys = async (folder: string, options: Record<string, string> = {}): Promise<string[]> => {
    const found = await asked(s3.listObjects("/", `${prefix}${folder}`, undefined, options));
    if (found === null)
      throw new Error(`there is no bucket ${endpoint}; make it, or set tickhouse:backupUrl`);
    return found.map(({ Key }) => Key);
  };
  return {
    place: url,
    async folders() {
      const found = await keys("", { delimiter: "/" });
      return found.filter((key) => key.endsWith("/")).map((key) => key.slice(prefix.length, -1));
    },
    async read(path) {
      return (await asked(s3.getObject(`${prefix}${path}`))) ?? undefined;
    },
    async write(path, text) {
      await asked(s3.putObject(`${prefix}${path}`, text, "application/json"));
    },
    async remove(folder) {
      const all = await keys(`${folder}/`);
      for (let at = 0; at < all.length; at += OBJECTS_A_REQUEST) {
        const removed = await asked(s3.deleteObjects(all.slice(at, at + OBJECTS_A_REQUEST)));
        if (removed.includes(false)) throw new Error(`${url}${folder}: not every object could be removed`);
      }
    },
  };
}
