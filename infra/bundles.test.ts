import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../tests/support/folder.ts";
import { requireBundle, STAMP, sourceHash } from "./bundles.ts";

let folder: ReturnType<typeof temporaryFolder>;

const write = (path: string, text: string): void => {
  const file = join(folder.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

/** What `npm run build` leaves. */
function build(): void {
  write("services/api/dist/main.cjs", "built();");
  write(`services/api/dist/${STAMP}`, sourceHash(folder.path, "api"));
}

beforeEach(() => {
  folder = temporaryFolder("bundles");
  write("package-lock.json", "{}");
  write("services/common/src/index.ts", "export const shared = 1;");
  write("services/audit/src/index.ts", "export const audited = 1;");
  write("services/deadLetters/src/index.ts", "export const letters = 1;");
  write("services/api/src/main.ts", "start();");
});
afterEach(() => folder.remove());

describe("requireBundle", () => {
  it("gives the folder of a built service with a hash of what is in it", () => {
    build();
    const bundle = requireBundle(folder.path, "api");
    expect(bundle.folder).toBe(join(folder.path, "services/api/dist"));
    write("services/api/dist/main.cjs", "builtOtherwise();");
    expect(requireBundle(folder.path, "api").contentHash).not.toBe(bundle.contentHash);
  });

  it("refuses a service that is not built, and says what builds it", () => {
    expect(() => requireBundle(folder.path, "api")).toThrow(
      expect.objectContaining({
        code: "BUILD_MISSING",
        message: "services/api is not built; next step: npm run build",
      }),
    );
  });

  it.each([
    ["its own source", () => write("services/api/src/main.ts", "startOtherwise();")],
    ["a new file", () => write("services/api/src/more.ts", "")],
    ["a removed file", () => rmSync(join(folder.path, "services/api/src/main.ts"))],
    ["the shared source", () => write("services/common/src/index.ts", "export const shared = 2;")],
    ["the locked dependencies", () => write("package-lock.json", "{ }")],
  ])("refuses a bundle that is older than %s", (_, change) => {
    build();
    change();
    expect(() => requireBundle(folder.path, "api")).toThrow(
      expect.objectContaining({
        code: "BUILD_MISSING",
        message: "services/api has changed since it was built; next step: npm run build",
      }),
    );
  });

  it.each([
    "services/api/src/main.test.ts",
    "services/api/README.md",
    "services/api/node_modules/a/index.js",
    "services/common/dist/index.js",
    "services/producer/src/main.ts",
  ])("does not care for %s, which is no part of it", (path) => {
    build();
    write(path, "something else");
    expect(requireBundle(folder.path, "api").folder).toContain("services/api/dist");
  });
});

describe("sourceHash", () => {
  it("tells a file's name from its content", () => {
    write("services/api/src/a.ts", "b");
    const before = sourceHash(folder.path, "api");
    rmSync(join(folder.path, "services/api/src/a.ts"));
    write("services/api/src/b.ts", "a");
    expect(sourceHash(folder.path, "api")).not.toBe(before);
  });
});
