import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { CACHE, ROOT } from "./paths.ts";
import { say } from "./report.ts";

const REQUIREMENTS = join(ROOT, "tools", "python", "requirements.txt");

/** Folder of the programs of a Python environment. */
export interface PythonEnv {
  readonly bin: string;
}

/**
 * A Python environment in the cache with the locked packages; made when it is not there.
 * @returns undefined where it can't be made, having said why: Python serves tests and examples, not the warehouse
 */
export async function ensurePythonEnv(): Promise<PythonEnv | undefined> {
  const wanted = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex");
  const folder = join(CACHE, `python-${wanted.slice(0, 12)}`);
  const stamp = join(folder, ".complete");
  const env = { bin: join(folder, "bin") };
  if (existsSync(stamp)) return env;
  say(`making a Python environment in ${folder} (a minute, once)`);
  rmSync(folder, { recursive: true, force: true });
  const made = await execa("python3", ["-m", "venv", folder], { reject: false, all: true });
  const installed = made.failed
    ? made
    : await execa(join(env.bin, "pip"), ["install", "--quiet", "--no-input", "-r", REQUIREMENTS], {
        reject: false,
        all: true,
      });
  if (installed.failed) {
    say(`no Python environment: ${installed.all ?? installed.message}; Debian: apt install python3-venv`);
    return undefined;
  }
  writeFileSync(stamp, wanted);
  return env;
}
