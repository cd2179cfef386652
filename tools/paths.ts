import { join, resolve } from "node:path";
import { cacheFolder } from "../infra/targets/local/layout.ts";

/** Root of the checkout. */
export const ROOT = resolve(import.meta.dirname, "..");

/** The cache outside of the checkout. */
export const CACHE = cacheFolder();

/** The state backend and its passphrase, where the user has chosen no other. Ignored by git. */
export const STATE_FOLDER = join(ROOT, ".pulumi-state");
