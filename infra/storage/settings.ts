import { z } from "zod";
import { whole } from "../settingKinds.ts";

/** A place in an S3-compatible store: endpoint, bucket, and a folder of this stack alone. */
const bucketUrl = () =>
  z
    .string()
    .refine((text) => text === "" || isBucketUrl(text))
    .describe(
      "empty, or endpoint, bucket and folder, without a query: https://s3.eu-central-1.amazonaws.com/acme-ticks/prod/",
    );

function isBucketUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username } = new URL(text);
  return (
    /^https?:$/.test(protocol) &&
    pathname.replaceAll("/", "") !== "" &&
    `${search}${hash}${username}` === "" &&
    !/\s/.test(text)
  );
}

/** Text without spaces; its value is never shown. */
const key = () => z.string().regex(/^\S*$/).describe("text without spaces, or empty");

/** Where old ticks and backups go. */
export const STORAGE_SETTINGS = {
  hotDays: whole(0, 36_500),
  archiveUrl: bucketUrl(),
  archiveKeyId: key(),
  archiveSecretKey: key(),
  backupUrl: bucketUrl(),
  backupKeyId: key(),
  backupSecretKey: key(),
} as const;

/** Settings whose values no message may show. */
export const KEY_SETTINGS: readonly string[] = ["archiveSecretKey", "backupSecretKey"];

/** What the rules between settings look at. */
export interface StorageSettings {
  readonly target: string;
  readonly hotDays: number;
  readonly archiveUrl: string;
  readonly archiveKeyId: string;
  readonly archiveSecretKey: string;
  readonly backupUrl: string;
  readonly backupKeyId: string;
  readonly backupSecretKey: string;
}

/** Rules between settings; each problem begins with the setting's name. Pure. */
export function storageProblems(settings: StorageSettings): string[] {
  const problems: string[] = [];
  if (settings.hotDays > 0 && settings.archiveUrl === "")
    problems.push(
      `hotDays is ${settings.hotDays}, and archiveUrl is empty; accepted: a bucket that old ticks go to, or hotDays 0`,
    );
  for (const part of ["archive", "backup"] as const) {
    const [id, secret] = [settings[`${part}KeyId`], settings[`${part}SecretKey`]];
    if ((id === "") !== (secret === ""))
      problems.push(
        `${part}KeyId and ${part}SecretKey go together; accepted: both, or neither where the machine's own role gives access`,
      );
  }
  if (settings.archiveUrl !== "" && withSlash(settings.archiveUrl) === withSlash(settings.backupUrl))
    problems.push(
      "backupUrl is archiveUrl; accepted: another folder, better another bucket: what loses the archive must not lose its backup",
    );
  return problems;
}

export const withSlash = (url: string): string => (url === "" || url.endsWith("/") ? url : `${url}/`);
