import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { STATE_FOLDER } from "./paths.ts";
import type { PulumiCli } from "./pulumiCli.ts";

/** Where the state is, and the environment that every pulumi command gets. */
export interface Backend {
  /** Whether this project keeps the state itself, in a folder of the checkout. */
  readonly own: boolean;
  readonly env: Readonly<Record<string, string>>;
}

const OWN_BACKEND = `file://${STATE_FOLDER}`;
export const PASSPHRASE_FILE = join(STATE_FOLDER, "passphrase");

/** The user's own backend and passphrase where they have chosen one; else a folder and a generated file. */
export function ensureBackend(cli: PulumiCli): Backend {
  const chosen = process.env["PULUMI_BACKEND_URL"];
  // In a shell that has taken over `npm run env`, our own backend looks like a choice.
  const own = chosen === OWN_BACKEND || (chosen === undefined && !loggedIn());
  const env: Record<string, string> = { PULUMI_SKIP_UPDATE_CHECK: "true" };
  if (cli.folder !== undefined) env["PATH"] = `${cli.folder}:${process.env["PATH"] ?? ""}`;
  if (own) {
    mkdirSync(STATE_FOLDER, { recursive: true, mode: 0o700 });
    env["PULUMI_BACKEND_URL"] = OWN_BACKEND;
  }
  if (
    own &&
    process.env["PULUMI_CONFIG_PASSPHRASE"] === undefined &&
    process.env["PULUMI_CONFIG_PASSPHRASE_FILE"] === undefined
  ) {
    if (!existsSync(PASSPHRASE_FILE))
      writeFileSync(PASSPHRASE_FILE, randomBytes(24).toString("base64url"), { mode: 0o600 });
    env["PULUMI_CONFIG_PASSPHRASE_FILE"] = PASSPHRASE_FILE;
  }
  return { own, env };
}

/** Whether the user has logged in to a backend with `pulumi login`. */
function loggedIn(): boolean {
  const file = join(process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "credentials.json");
  if (!existsSync(file)) return false;
  const { current } = JSON.parse(readFileSync(file, "utf8")) as { current?: string };
  return current !== undefined && current !== "";
}
