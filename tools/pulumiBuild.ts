import { chmodSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { ROOT } from "./paths.ts";
import { requirePrograms } from "./prerequisites.ts";
import { say } from "./report.ts";

/** The CLI compiles about this many Go packages; only for showing how far it is. */
const ABOUT_PACKAGES = 1_350;

/** Builds the CLI and the Node.js language host from the modules pinned beside this file. Minutes, the first time. */
export async function buildPulumi(version: string, folder: string): Promise<void> {
  await requirePrograms(["go"]);
  await goBuild(
    "pulumi-cli",
    "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    join(folder, "pulumi"),
    `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
  );
  await goBuild(
    "pulumi-nodejs",
    "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    join(folder, "pulumi-language-nodejs"),
    "",
  );
  installDynamicProvider(join(ROOT, "tools", "pulumi-nodejs", "pulumi-resource-pulumi-nodejs"), folder);
}

async function goBuild(module: string, packagePath: string, output: string, flags: string): Promise<void> {
  const cwd = join(ROOT, "tools", module);
  say(`${module}: downloading modules and compiling (minutes the first time on two cores)`);
  const startedMs = Date.now();
  const build = execa(
    "go",
    ["build", "-v", "-mod=readonly", "-ldflags", `-s -w ${flags}`, "-o", output, packagePath],
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
    say(
      `${module}: ${packages} packages${module === "pulumi-cli" ? ` of about ${ABOUT_PACKAGES}` : ""}, ${Math.round((shownMs - startedMs) / 1000)} s`,
    );
  }
  const result = await build.catch((error: Error) => error);
  if (result instanceof Error) throw new Error(`building ${packagePath} failed\n${lastLines.join("\n")}`);
  say(`${module}: built in ${Math.round((Date.now() - startedMs) / 1000)} s`);
}

/** Puts the script that serves dynamic resources beside a CLI that was built here. */
function installDynamicProvider(source: string, folder: string): void {
  const script = join(folder, "pulumi-resource-pulumi-nodejs");
  copyFileSync(source, script);
  chmodSync(script, 0o755);
}
