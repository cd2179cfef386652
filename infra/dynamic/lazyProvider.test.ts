import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ROOT } from "../targets/local/layout.ts";
import { loadProvider, type ProviderName } from "./providers.ts";

const NAMES: readonly ProviderName[] = [
  "certificateAuthority",
  "consumption",
  "directory",
  "portClaims",
  "process",
  "randomSecret",
  "serverCertificate",
  "shardMap",
  "sqlFile",
  "topic",
];

// As Pulumi loads the program: by tsx and not by the test runner, whose own rewriting of import() would be serialised.
const SERIALISE = `
import "@tickhouse/infra/loadTypeScript";
const { lazyProvider } = await import("./infra/dynamic/lazyProvider.ts");
const pulumi = (await import("@pulumi/pulumi")).default;
const texts = {};
for (const name of process.argv.slice(1)) {
  const provider = lazyProvider(name);
  texts[name] = (await pulumi.runtime.serializeFunction(() => provider)).text;
}
process.stdout.write(JSON.stringify(texts));
`;

describe("lazyProvider", () => {
  const serialised = (): Record<string, string> =>
    JSON.parse(
      execFileSync("node", ["--input-type=module", "-e", SERIALISE, "--", ...NAMES], {
        cwd: ROOT,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
      }),
    );

  it("is stored as a few lines that load the program's own module, and name no folder of this machine", () => {
    const texts = serialised();
    expect(Object.keys(texts)).toEqual(NAMES);
    for (const name of NAMES) {
      const text = texts[name] ?? "";
      expect(text).toContain(`"${name}"`);
      expect(text).toContain('import("@tickhouse/infra/providers")');
      expect(text).not.toContain(ROOT);
      // An absolute path of any kind: "/…" or "file:…".
      expect(text).not.toMatch(/["'`](\/\w|file:)/);
      expect(text.length).toBeLessThan(10_000);
    }
  }, 60_000);
});

describe("loadProvider", () => {
  it.each(NAMES)("knows %s with all that a resource needs", (name) => {
    expect(Object.keys(loadProvider(name)).sort()).toEqual([
      "check",
      "create",
      "delete",
      "diff",
      "read",
      "update",
    ]);
  });
});
