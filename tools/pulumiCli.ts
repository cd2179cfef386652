import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { CACHE } from "./paths.ts";
import { buildPulumi } from "./pulumiBuild.ts";
import { downloadPulumi } from "./pulumiDownload.ts";
import { say } from "./report.ts";

export const PULUMI_VERSION = "3.259.0";

/** Where this project keeps a CLI of its own: outside of the checkout, a folder a version. */
export const pulumiFolder = (): string => join(CACHE, `pulumi-${PULUMI_VERSION}`, "bin");

/** Where the CLI was found. */
export interface PulumiCli {
  /** Folder to put in front of PATH; undefined when it is on PATH already. */
  readonly folder: string | undefined;
  readonly why: string;
}

/**
 * Finds the Pulumi CLI, or gets it: the one on PATH; else this project's own from an earlier set-up; else the
 * official download; else a build from Go modules.
 */
export async function ensurePulumi(): Promise<PulumiCli> {
  const found = await execa("pulumi", ["version"], {
    reject: false,
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  if (found.exitCode === 0) return { folder: undefined, why: `${found.stdout.trim()}, found on PATH` };
  const folder = pulumiFolder();
  if (existsSync(join(folder, "complete"))) return { folder, why: `v${PULUMI_VERSION}, from ${folder}` };

  mkdirSync(folder, { recursive: true });
  say("there is no Pulumi CLI on PATH; trying the official download");
  const problem = await downloadPulumi(PULUMI_VERSION, folder);
  let why = `v${PULUMI_VERSION}, downloaded to ${folder}`;
  if (problem !== undefined) {
    say(`the download is not to be had (${problem}); building v${PULUMI_VERSION} from Go modules instead`);
    await buildPulumi(PULUMI_VERSION, folder);
    why = `v${PULUMI_VERSION}, built from Go modules in ${folder}`;
  }
  writeFileSync(join(folder, "complete"), `${why}\n`);
  return { folder, why };
}
