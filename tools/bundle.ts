import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import { type BundleName, STAMP, sourceHash } from "../infra/bundles.ts";
import { ROOT } from "./paths.ts";
import { say } from "./report.ts";

const BUILDERS: Readonly<Record<BundleName, (folder: string) => Promise<unknown>>> = {
  producer: bundleService,
  bars: bundleService,
  api: bundleService,
  dashboard: bundlePage,
  docs: bundlePage,
};

/** Builds what has changed since it was last built; a service becomes one CommonJS file, the dashboard and the docs pages. */
export async function buildBundles(): Promise<void> {
  for (const name of Object.keys(BUILDERS) as BundleName[]) {
    const folder = join(ROOT, "services", name);
    const stamp = join(folder, "dist", STAMP);
    const wanted = sourceHash(ROOT, name);
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) continue;
    const startedMs = Date.now();
    rmSync(join(folder, "dist"), { recursive: true, force: true });
    await BUILDERS[name](folder);
    writeFileSync(stamp, wanted);
    say(`built services/${name} in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
  }
}

function bundlePage(folder: string): Promise<unknown> {
  return vite({ root: folder, logLevel: "warn", build: { emptyOutDir: true } });
}

function bundleService(folder: string): Promise<unknown> {
  return esbuild({
    entryPoints: [join(folder, "src", "main.ts")],
    outfile: join(folder, "dist", "main.cjs"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: true,
    sourcesContent: false,
    // 10 MB of exchanges that only `live` needs: loaded then, from node_modules.
    external: ["ccxt"],
    logLevel: "warning",
  });
}
