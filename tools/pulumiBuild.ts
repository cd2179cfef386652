import { chmodSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { goBuild } from "./goBuild.ts";
import { ROOT } from "./paths.ts";

/** Builds the CLI and the Node.js language host from the modules pinned beside this file. Minutes, the first time. */
export async function buildPulumi(version: string, folder: string): Promise<void> {
  await goBuild({
    module: "pulumi-cli",
    packagePath: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    output: join(folder, "pulumi"),
    ldflags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
    aboutPackages: 1_350,
  });
  await goBuild({
    module: "pulumi-nodejs",
    packagePath: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    output: join(folder, "pulumi-language-nodejs"),
  });
  installDynamicProvider(join(ROOT, "tools", "pulumi-nodejs", "pulumi-resource-pulumi-nodejs"), folder);
}

/** Puts the script that serves dynamic resources beside a CLI that was built here. */
function installDynamicProvider(source: string, folder: string): void {
  const script = join(folder, "pulumi-resource-pulumi-nodejs");
  copyFileSync(source, script);
  chmodSync(script, 0o755);
}
