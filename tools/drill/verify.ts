import { join } from "node:path";
import { execa } from "execa";
import { ROOT } from "../paths.ts";

/** What `npm run verify` says of a stack, as far as the drill asks. */
export interface Verified {
  readonly verdict: string;
  /** Messages that were read and are not stored with all their lines. */
  readonly missing: number;
  readonly problems: readonly string[];
}

/** Runs `npm run verify`, which accounts for every offset; with `--heal` it inserts what is missing once more. */
export async function runVerify(stack: string, heal: boolean): Promise<Verified> {
  const args = [
    "verify",
    "--stack",
    stack,
    "--json",
    "--wait",
    "--no-sequences",
    ...(heal ? ["--heal"] : []),
  ];
  const ended = await execa(process.execPath, [join(ROOT, "tools", "run.mjs"), ...args], {
    cwd: ROOT,
    reject: false,
  });
  try {
    const { verdict, problems, total } = JSON.parse(ended.stdout) as {
      verdict: string;
      problems: string[];
      total: { missing: number };
    };
    return { verdict, problems, missing: total.missing };
  } catch {
    throw new Error(
      `npm run verify -- --stack ${stack} gave no result: ${ended.stderr.trim().slice(-1_000)}`,
    );
  }
}
