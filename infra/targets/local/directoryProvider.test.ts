import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../tests/support/folder.ts";
import { directoryProvider } from "./directoryProvider.ts";

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder("directory");
  path = join(folder.path, ".tickhouse", "dev", "kafka");
});
afterEach(() => folder.remove());

describe("directoryProvider", () => {
  it("makes a folder for its owner alone, and leaves one that is there as it is", async () => {
    await directoryProvider.create({ path });
    expect(statSync(path).mode & 0o777).toBe(0o700);
    writeFileSync(join(path, "data"), "kept");
    await directoryProvider.create({ path });
    expect(existsSync(join(path, "data"))).toBe(true);
  });

  it("takes the folder away with what is in it, and the folders above when they are empty", async () => {
    await directoryProvider.create({ path });
    writeFileSync(join(path, "data"), "");
    await directoryProvider.delete(path, { path });
    expect(existsSync(join(folder.path, ".tickhouse"))).toBe(false);
    await directoryProvider.delete(path, { path });
  });

  it("leaves another process's folder", async () => {
    await directoryProvider.create({ path });
    mkdirSync(join(folder.path, ".tickhouse", "dev", "api"));
    await directoryProvider.delete(path, { path });
    expect(existsSync(path)).toBe(false);
    expect(existsSync(join(folder.path, ".tickhouse", "dev", "api"))).toBe(true);
  });

  it("sees that a folder is gone", async () => {
    await directoryProvider.create({ path });
    expect(await directoryProvider.read(path, { path })).toEqual({ path });
    await directoryProvider.delete(path, { path });
    expect(await directoryProvider.read(path, { path })).toBeUndefined();
  });

  it("is another folder where its path is another", async () => {
    expect(await directoryProvider.diff({ path }, { path })).toEqual({ changes: false, replaces: [] });
    expect(await directoryProvider.diff({ path }, { path: `${path}2` })).toEqual({
      changes: true,
      replaces: ["path"],
    });
  });
});
