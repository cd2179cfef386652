import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT } from "../../infra/targets/local/layout.ts";
import { startApi, type TestApi } from "../../services/api/src/testing/startApi.ts";
import { chromiumPath, openBrowser } from "../support/browser.ts";
import { temporaryFolder } from "../support/folder.ts";

const chromium = chromiumPath();
if (chromium === undefined)
  console.warn("LEFT OUT: the reference in a browser; there is no Chromium (set CHROMIUM)");

const folder = temporaryFolder("docs");
let api: TestApi;
beforeAll(async () => {
  const outDir = join(folder.path, "dist");
  await build({
    root: join(ROOT, "services", "docs"),
    logLevel: "error",
    build: { outDir, emptyOutDir: true },
  });
  // The page asks for the document alone, so nothing needs to answer as ClickHouse.
  api = await startApi({ clickhouse: { urls: ["http://127.0.0.1:1"] }, docsDir: outDir });
});
afterAll(async () => {
  await api?.stop();
  folder.remove();
});

it("is served with its files, and says what is missing", async () => {
  const page = await api.get("/docs");
  expect(page.url).toBe(`${api.url}/docs/`);
  expect(page.headers.get("cache-control")).toBe("no-cache");
  const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(await page.text())?.[1];
  expect((await api.get(`/docs/${script}`)).headers.get("cache-control")).toContain("immutable");
  expect((await api.get("/docs/none.js")).status).toBe(404);
});

it.skipIf(chromium === undefined)(
  "shows every route in a browser, without a word against our policy and without asking another host",
  async () => {
    if (chromium === undefined || !existsSync(chromium)) throw new Error("no Chromium");
    const browser = await openBrowser(chromium);
    try {
      const page = await browser.newPage();
      const [complaints, hosts]: [string[], Set<string>] = [[], new Set()];
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("request", (request) =>
        hosts.add(new URL(request.url()).protocol === "data:" ? "data:" : new URL(request.url()).host),
      );
      await page.goto(`${api.url}/docs`);
      await page.waitForSelector(".opblock-summary-path", { timeout: 30_000 });
      const document = (await (await api.get("/openapi.json")).json()) as { paths: Record<string, object> };
      const shown = await page
        .locator(".opblock-summary-path")
        .evaluateAll((paths) => paths.map((path) => path.textContent?.replace(/\u200b/g, "") ?? ""));
      expect(shown.sort()).toEqual(
        Object.entries(document.paths)
          .flatMap(([path, methods]) => Object.keys(methods).map(() => path))
          .sort(),
      );
      await page.locator(".opblock-summary-path", { hasText: "/stream" }).click();
      await page.waitForSelector(".opblock.is-open .parameters", { timeout: 30_000 });
      expect(complaints).toEqual([]);
      expect([...hosts].filter((host) => host !== "data:")).toEqual([new URL(api.url).host]);
    } finally {
      await browser.close();
    }
  },
);
