import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { goBuild } from "./goBuild.ts";
import { CACHE } from "./paths.ts";

/** As `tools/promtool/go.mod` pins it. */
const VERSION = "0.316.0";

/** Where this project keeps it: outside of the checkout, a folder a version. */
const folder = (): string => join(CACHE, `promtool-${VERSION}`);

/** Path of promtool where it was built before; undefined where not. */
export function builtPromtool(): string | undefined {
  return existsSync(join(folder(), "complete")) ? join(folder(), "promtool") : undefined;
}

/** Prometheus' own program that tests rules: built from its Go module once, some minutes on two cores. */
export async function ensurePromtool(): Promise<string> {
  const built = builtPromtool();
  if (built !== undefined) return built;
  mkdirSync(folder(), { recursive: true });
  const path = join(folder(), "promtool");
  await goBuild({
    module: "promtool",
    packagePath: "github.com/prometheus/prometheus/cmd/promtool",
    output: path,
    aboutPackages: ABOUT_PACKAGES,
  });
  writeFileSync(join(folder(), "complete"), `${VERSION}\n`);
  return path;
}

/** Only for showing how far it is. */
const ABOUT_PACKAGES = 1_300;
