import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Browser, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { pollUntil } from "../../infra/poll.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** How long the page may take to show what it was asked for. */
const DEADLINE_MS = 60_000;

export const PAGES = ["chart", "tape", "benchmark", "dedup", "pipeline", "queries"] as const;
export type PageName = (typeof PAGES)[number];

/** The dashboard in a real browser, as a test reads it. */
export interface DashboardPage {
  readonly page: Page;
  /** Opens the dashboard with this query string. */
  open(query: string): Promise<void>;
  /** Follows the link to a page. */
  visit(name: PageName): Promise<void>;
  /** The raw value of a figure; undefined where it has none. */
  value(testId: string): Promise<string | undefined>;
  /** Waits until a figure has this value. */
  untilValue(testId: string, expected: string | number | boolean): Promise<void>;
  /** The `data-*` attributes of each row of a table. */
  rows(testId: string): Promise<Record<string, string>[]>;
  /** Waits until a table has this many rows. */
  untilRows(testId: string, count: number): Promise<Record<string, string>[]>;
  /** By how many pixels the page is wider than the screen. */
  overflow(): Promise<number>;
  /** What axe finds wrong, one line each. */
  violations(): Promise<string[]>;
  /** Requests to other hosts, refusals of the page's policy, and errors of its scripts, so far. */
  readonly complaints: readonly string[];
  /** Answers of the API so far, by path. */
  readonly answers: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** An element as its `data-*` attributes are read; Node's types know no DOM. */
interface Marked {
  readonly dataset: Readonly<Record<string, string>>;
}

/** The `data-*` attributes of all elements. */
export const datasets = (elements: Locator): Promise<Record<string, string>[]> =>
  elements.evaluateAll((all) => (all as unknown as Marked[]).map(({ dataset }) => ({ ...dataset })));

export async function openDashboard(
  browser: Browser,
  url: string,
  size = { width: 1440, height: 900 },
): Promise<DashboardPage> {
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  page.setDefaultTimeout(DEADLINE_MS);
  const complaints: string[] = [];
  const answers = new Map<string, number>();
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:" && origin !== new URL(url).origin)
      complaints.push(`asked another host: ${request.url()}`);
  });
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    answers.set(pathname, (answers.get(pathname) ?? 0) + 1);
  });
  const waiting = new Set<unknown>();
  page.on("request", (request) => {
    if (!request.url().includes("/stream?")) waiting.add(request);
  });
  page.on("requestfinished", (request) => waiting.delete(request));
  page.on("requestfailed", (request) => waiting.delete(request));
  // A query over two shards that is cut off may end an embedded engine (see services/api/src/clickhouse/toTheEnd.ts): what is
  // under test here is the page, so it leaves when its answers are there.
  const untilAnswered = () =>
    expect.poll(() => waiting.size, { timeout: DEADLINE_MS, message: "requests without an answer" }).toBe(0);
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error.stack ?? error)));

  const rows = (testId: string) => datasets(page.getByTestId(testId).locator("tr"));
  const value = async (testId: string): Promise<string | undefined> =>
    (await page.getByTestId(testId).getAttribute("data-value")) ?? undefined;
  return {
    page,
    complaints,
    answers,
    rows,
    value,
    async open(query) {
      await page.goto(`${url}${query}`);
    },
    async visit(name) {
      await untilAnswered();
      await page.getByTestId(`nav-${name}`).click();
      await page.waitForURL((now) => (now.searchParams.get("page") ?? "chart") === name);
    },
    async untilValue(testId, expected) {
      await expect
        .poll(() => value(testId), { timeout: DEADLINE_MS, message: testId })
        .toBe(String(expected));
    },
    async untilRows(testId, count) {
      await expect
        .poll(async () => (await rows(testId)).length, { timeout: DEADLINE_MS, message: testId })
        .toBe(count);
      return rows(testId);
    },
    async violations() {
      // Through the debugger, which the page's policy does not bind.
      await page.evaluate(`{ const module = undefined; ${AXE} }`);
      const found = (await page.evaluate("axe.run()")) as axe.AxeResults;
      return found.violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
      );
    },
    overflow: () => page.evaluate("document.documentElement.scrollWidth - window.innerWidth"),
    async close() {
      await pollUntil(DEADLINE_MS, async () => waiting.size === 0 || undefined);
      await context.close();
    },
  };
}
