import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../infra/targets/local/layout.ts";

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
  packages: Readonly<Record<string, Entry>>;
};

// What went wrong: npm leaves out of the lock what its registry lacks, and then `npm ci` refuses the lock on every
// machine. Both are packages whose platforms are exact versions.
describe("package-lock.json", () => {
  it.each(["node_modules/@biomejs/biome", "infra"])("has an entry for every platform of %s", (owner) => {
    const wanted = Object.entries(packages[owner]?.optionalDependencies ?? {});
    expect(wanted.length).toBeGreaterThan(0);
    for (const [name, version] of wanted)
      expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
  });

  it("names no registry", () => {
    const remote = Object.entries(packages).filter(
      ([, { resolved, link }]) => resolved !== undefined && link !== true,
    );
    expect(remote).toEqual([]);
  });
});
