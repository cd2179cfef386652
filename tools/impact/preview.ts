import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Options } from "execa";
import { policyArgs } from "../policy.ts";
import { type Prepared, pulumi } from "../prepare.ts";
import { type Impact, impactOf } from "./impact.ts";
import { readSteps } from "./steps.ts";

export interface Previewed {
  readonly exitCode: number | undefined;
  /** What it printed, where the options let it be collected. */
  readonly printed: string;
  readonly impact: readonly Impact[];
}

/** Runs `pulumi preview` against the policies, and reads from the engine's events what it means for data. */
export async function previewStack(
  prepared: Prepared,
  stack: string,
  args: readonly string[],
  options: Options = {},
): Promise<Previewed> {
  const folder = mkdtempSync(join(tmpdir(), "tickhouse-preview-"));
  try {
    const events = join(folder, "events.json");
    const all = ["preview", "--stack", stack, "--event-log", events, ...policyArgs(stack), ...args];
    // The flag is there for Pulumi's automation API, by this variable.
    const env = { ...prepared.backend.env, PULUMI_DEBUG_COMMANDS: "true" };
    const { exitCode, all: printed } = await pulumi(prepared, all, {
      reject: false,
      all: true,
      env,
      ...options,
    });
    return { exitCode, printed: String(printed ?? ""), impact: impactOf(readSteps(readEvents(events))) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A preview that failed early has written none. */
function readEvents(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
