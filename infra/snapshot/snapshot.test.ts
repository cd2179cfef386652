import { cpSync, existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../tests/support/folder.ts";
import { compiledFolder, importCompiled } from "./snapshot.mjs";

let folder: ReturnType<typeof temporaryFolder>;
let infra: string;
const write = (file: string, text: string) => writeFileSync(join(infra, file), text);
const program = async () => ((await importCompiled("program", infra)) as { value: unknown }).value;

beforeEach(() => {
  folder = temporaryFolder("snapshot");
  infra = join(folder.path, "infra");
  mkdirSync(join(infra, "dynamic"), { recursive: true });
  write("index.ts", 'import { word } from "./word.ts";\nexport const value: string = word;');
  write("word.ts", 'export const word: string = "first";');
  write("dynamic/providers.ts", "export const folder: string = import.meta.dirname;");
});
afterEach(() => folder.remove());

describe("a snapshot", () => {
  it("is made once for the same sources", async () => {
    const made = await compiledFolder(infra);
    expect(await compiledFolder(infra)).toBe(made);
    expect(readdirSync(join(infra, "dist"))).toHaveLength(1);
  });

  it("is never that of other sources", async () => {
    expect(await program()).toBe("first");
    write("word.ts", 'export const word: string = "second";');
    expect(await program()).toBe("second");
  });

  it("does not change with a test", async () => {
    const made = await compiledFolder(infra);
    write("word.test.ts", "");
    expect(await compiledFolder(infra)).toBe(made);
  });

  it("is another one in a copy of the checkout, whose paths stand in it", async () => {
    const made = await compiledFolder(infra);
    const copy = join(folder.path, "copy");
    cpSync(infra, copy, { recursive: true });
    const other = await compiledFolder(copy);
    expect(other.slice(copy.length)).not.toBe(made.slice(infra.length));
  });

  it("finds what lies beside its sources", async () => {
    const providers = (await importCompiled("providers", infra)) as { folder: string };
    expect(providers.folder).toBe(join(infra, "dynamic"));
  });

  it("is whole where two starts make it at once", async () => {
    const made = await Promise.all([compiledFolder(infra), compiledFolder(infra)]);
    expect(made[0]).toBe(made[1]);
    expect(readdirSync(join(infra, "dist"))).toHaveLength(1);
  });

  it("goes a day after it was made, once there is another", async () => {
    const first = await compiledFolder(infra);
    utimesSync(first, 0, 0);
    write("word.ts", 'export const word: string = "second";');
    await compiledFolder(infra);
    expect(existsSync(first)).toBe(false);
  });

  it("is not made of what does not compile, and the error names the file", async () => {
    write("word.ts", "export const word = ;");
    await expect(compiledFolder(infra)).rejects.toThrow("word.ts");
    expect(readdirSync(join(infra, "dist"))).toHaveLength(0);
  });
});
