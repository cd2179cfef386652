import { join, resolve } from "node:path";
import { cacheFolder } from "../infra/targets/local/kafka.ts";

/** Root of the checkout. */
export const ROOT = resolve(import.meta.dirname, "..");

/** What is slow to get and the same for every checkout: outside of all of them. `TICKHOUSE_CACHE` moves it. */
export const CACHE = cacheFolder();

/** The state backend and its passphrase, where the user has chosen no other. Ignored by git. */
export const STATE_FOLDER = join(ROOT, ".pulumi-state");
