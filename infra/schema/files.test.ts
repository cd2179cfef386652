import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../tests/support/folder.ts";
import { readSqlFiles } from "./files.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder("files");
});
afterEach(() => folder.remove());

const put = (...names: string[]): void => {
  for (const name of names) writeFileSync(join(folder.path, name), `-- ${name}`);
};

describe("readSqlFiles", () => {
  it("reads the numbered files in the order of their numbers, whatever else lies there", () => {
    put("10_j.sql", "02_b.sql", "01_a.sql", "README.md", "snapshot.local.sql", "notes.txt");
    put(..."cdefghi".split("").map((letter, index) => `0${index + 3}_${letter}.sql`));
    mkdirSync(join(folder.path, "old"));
    const files = readSqlFiles(folder.path);
    expect(files.map(({ file }) => file.slice(3, -4)).join("")).toBe("abcdefghij");
    expect(files[1]).toEqual({ file: "02_b.sql", text: "-- 02_b.sql" });
  });

  it.each([
    ["a number that is missing", ["01_a.sql", "03_c.sql"], "03_c.sql: the number 02 is expected here"],
    [
      "a number that stands twice",
      ["01_a.sql", "02_b.sql", "02_c.sql"],
      "02_c.sql: the number 03 is expected here",
    ],
    [
      "a count that does not begin at 01",
      ["00_a.sql", "01_b.sql"],
      "00_a.sql: the number 01 is expected here",
    ],
    ["a number of one digit", ["1_a.sql"], "1_a.sql: the number 01 is expected here"],
    ["a number of three digits", ["01_a.sql", "002_b.sql"], "002_b.sql: the number 01 is expected here"],
  ])("refuses %s", (_, names, message) => {
    put(...names);
    expect(() => readSqlFiles(folder.path)).toThrow(
      expect.objectContaining({ code: "SQL_FILE_INVALID", message: expect.stringContaining(message) }),
    );
  });
});
