import { join } from "node:path";
import { execa } from "execa";
import { ROOT } from "./paths.ts";
import { requirePrograms } from "./prerequisites.ts";
import { say } from "./report.ts";

export interface GoBuildArgs {
  /** Folder below `tools/` with the `go.mod` that pins what is built. */
  readonly module: string;
  readonly packagePath: string;
  /** The program's path. */
  readonly output: string;
  /** For the linker, beside those that leave debug information out. */
  readonly ldflags?: string;
  /** How many Go packages are compiled; only for showing how far it is. */
  readonly aboutPackages?: number;
}

/** Builds a program from the modules pinned beside this file. Minutes, the first time. */
export async function goBuild(args: GoBuildArgs): Promise<void> {
  const { module, packagePath, output, ldflags = "", aboutPackages } = args;
  await requirePrograms(["go"]);
  const cwd = join(ROOT, "tools", module);
  say(`${module}: downloading modules and compiling (minutes the first time on two cores)`);
  const startedMs = Date.now();
  const build = execa(
    "go",
    ["build", "-v", "-mod=readonly", "-ldflags", `-s -w ${ldflags}`, "-o", output, packagePath],
    { cwd, stderr: "pipe", stdout: "ignore", buffer: false },
  );
  // `go build -v` prints a line for each package it compiles.
  let packages = 0;
  let shownMs = startedMs;
  let lastLines: string[] = [];
  for await (const line of build.iterable({ from: "stderr" })) {
    packages += 1;
    lastLines = [...lastLines, line].slice(-15);
    if (Date.now() - shownMs < 10_000) continue;
    shownMs = Date.now();
    const of = aboutPackages === undefined ? "" : ` of about ${aboutPackages}`;
    say(`${module}: ${packages} packages${of}, ${Math.round((shownMs - startedMs) / 1000)} s`);
  }
  const result = await build.catch((error: Error) => error);
  if (result instanceof Error) throw new Error(`building ${packagePath} failed\n${lastLines.join("\n")}`);
  say(`${module}: built in ${Math.round((Date.now() - startedMs) / 1000)} s`);
}
