import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

/** Everything that a first visit loads, as it is sent: 300 KB. */
const MAX_BYTES = 300_000;

// A library's build for development is larger.
beforeEach(() => void vi.stubEnv("NODE_ENV", "production"));
afterEach(() => void vi.unstubAllEnvs());

it("stays small, and holds no script or style that the page's policy would refuse", async () => {
  const built = (await build({
    root: import.meta.dirname,
    logLevel: "error",
    build: { write: false },
  })) as Rolldown.RolldownOutput;
  const files = built.output.map((file) => ({
    name: file.fileName,
    text: file.type === "chunk" ? file.code : String(file.source),
  }));
  const bytes = files.reduce((sum, { text }) => sum + gzipSync(text).length, 0);
  console.info(`the dashboard is ${bytes} bytes, compressed by gzip`);
  expect(bytes).toBeLessThan(MAX_BYTES);
  // An empty page would be small, too.
  expect(files.map(({ name }) => name.split(".").at(-1)).sort()).toEqual(["css", "html", "js"]);
  const html = files.find(({ name }) => name === "index.html")?.text ?? "";
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|\son\w+=/);
});
