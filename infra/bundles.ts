import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { InfraError } from "./errors.ts";

/** A built service or page. */
export interface Bundle {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** SHA-256 of what is in it. */
  readonly contentHash: string;
}

export type BundleName = "producer" | "bars" | "api" | "dashboard" | "docs";

/** Packages that services are built from; none of them runs by itself. */
const LIBRARIES = ["common", "audit", "deadLetters"] as const;

/** Name of the file in `dist/` that holds the hash of the sources it was built from. */
export const STAMP = ".sources";

/** The built form of a service; refuses one that is missing or older than its sources. */
export function requireBundle(root: string, name: BundleName): Bundle {
  const folder = join(root, "services", name, "dist");
  const stamp = join(folder, STAMP);
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== sourceHash(root, name)) {
    const state = existsSync(stamp) ? "has changed since it was built" : "is not built";
    throw new InfraError("BUILD_MISSING", `services/${name} ${state}; next step: npm run build`);
  }
  return { folder, contentHash: hashFiles(folder, listFiles(folder)) };
}

/** Hash of everything that a service is built from: its sources, the libraries, and the locked dependencies. */
export function sourceHash(root: string, name: BundleName): string {
  const sources = [name, ...LIBRARIES]
    .map((part) => join("services", part))
    .flatMap((folder) =>
      listFiles(join(root, folder))
        .filter(isSource)
        .map((file) => join(folder, file)),
    );
  return hashFiles(root, [...sources, "package-lock.json"]);
}

const isSource = (file: string): boolean =>
  !/(\.test\.ts|\.md)$/.test(file) && !/^(dist|node_modules|testing)\//.test(file);

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => statSync(join(folder, file)).isFile())
    .sort();
}

function hashFiles(folder: string, files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(folder, file)))
      .update("\0");
  return hash.digest("hex");
}
