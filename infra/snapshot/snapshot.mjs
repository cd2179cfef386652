// The program's TypeScript, compiled once for each state of its sources: a module is imported from a snapshot of all of
// infra/ that esbuild wrote beside it. A loader that compiles each file at each start takes two seconds more of CPU, and
// Pulumi starts the program and its providers for every command.
//
// Plain JavaScript: it is what Node reads first. A snapshot's folder is the hash of all that it was made from, so that one
// of other sources is never run; who writes it renames it into place whole, so that two starts do not meet.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";

const INFRA = join(import.meta.dirname, "..");
/** Of a checkout whose sources change; nobody's run is longer, and the newest one is never removed. */
const KEPT_MS = 24 * 3_600_000;

/** What is imported from outside, by name; all else that they need is within. */
const ENTRIES = { program: "index.ts", providers: "dynamic/providers.ts" };

/**
 * Imports a module of the program.
 * @param {keyof typeof ENTRIES} entry
 * @param {string} [infra] folder of the sources
 */
export async function importCompiled(entry, infra = INFRA) {
  return import(pathToFileURL(join(await compiledFolder(infra), `${entry}.mjs`)).href);
}

/**
 * Folder of the snapshot of today's sources, made where it is missing.
 * @param {string} infra
 */
export async function compiledFolder(infra) {
  const dist = join(infra, "dist");
  const folder = join(dist, hashOf(infra));
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(dist, { recursive: true });
  await compile(infra, unfinished);
  forgetOld(dist);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Another start was quicker.
    if (!existsSync(folder)) throw error;
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** Of all sources, of how they are compiled, and of where they are: paths of the checkout stand in what is compiled. */
function hashOf(infra) {
  const hash = createHash("sha256")
    .update(`${infra}\0`)
    .update(readFileSync(import.meta.filename));
  for (const file of sourcesIn(infra)) hash.update(`\0${relative(infra, file)}\0`).update(readFileSync(file));
  return hash.digest("hex").slice(0, 32);
}

function sourcesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return ["node_modules", "dist"].includes(entry.name) ? [] : sourcesIn(path);
      return /\.ts$/.test(path) && !/\.test\.ts$/.test(path) ? [path] : [];
    });
}

async function compile(infra, outdir) {
  const { build } = await import("esbuild");
  await build({
    entryPoints: Object.entries(ENTRIES).map(([out, file]) => ({ in: join(infra, file), out })),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What one target alone needs stays a file of its own, read when it is asked for.
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "warning",
    plugins: [sourceFolders],
  });
}

/** A file goes on to find what lies beside it: in a snapshot it has another place. */
const sourceFolders = {
  name: "source-folders",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll("import.meta.dirname", JSON.stringify(dirname(path))),
      loader: "ts",
    }));
  },
};

function forgetOld(dist) {
  for (const name of readdirSync(dist)) {
    const path = join(dist, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}
