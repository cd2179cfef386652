import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import kafkajs from "kafkajs";
import type { Browser } from "playwright-core";
import { expect } from "vitest";
import { pollUntil } from "../../infra/poll.ts";
import { securityOf, type Tick } from "../../services/common/src/index.ts";
import type { StackOutputs } from "../../tools/outputsOf.ts";
import { openBrowser } from "./browser.ts";
import { type Checkout, createCheckout } from "./checkout.ts";
import { type DashboardFeed, makeDashboardFeed, SYMBOL } from "./dashboardFeed.ts";
import { type DashboardPage, openDashboard } from "./dashboardPage.ts";
import { type ExactBar, exactBarsOf } from "./exactLoop.ts";
import { kafkaLoginsOf } from "./owner.ts";
import { writeTicks } from "./replay.ts";
import { hasSharedData, SHARED_DATA } from "./sharedData.ts";
import { parseTicks } from "./ticks.ts";
import { openWarehouse, type Warehouse } from "./warehouse.ts";

export const KRAKEN = "kraken-xbtusdt-trades.jsonl";
export const BINANCE = "binance-btcusdt-trades-quotes.jsonl";

/** A message whose price is none: a dead letter. */
export const BROKEN = `{"exchange":"TEST","symbol":"${SYMBOL}","event_time":"2023-11-19T13:20:00.000000Z","seq_id":777777,"event_type":"trade","price":-1,"size":1,"side":"buy","source_version":1}`;

const ARRIVAL_DEADLINE_MS = 60_000;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A stack with ticks in it, a browser, and what was sent: nothing -> start -> … -> stop. */
export class DashboardStack {
  readonly feed: DashboardFeed = makeDashboardFeed();
  /** Every tick so far; a test that sends one adds it. */
  readonly sent: Tick[] = [...this.feed.sent];
  #running: { checkout: Checkout; warehouse: Warehouse; browser: Browser } | undefined;
  #checkout: Checkout | undefined;
  #pages: DashboardPage[] = [];

  get checkout(): Checkout {
    return this.#started.checkout;
  }

  get warehouse(): Warehouse {
    return this.#started.warehouse;
  }

  get #started() {
    if (this.#running === undefined) throw new Error("the stack was not started");
    return this.#running;
  }

  /** Brings the stack up and fills it; real ticks too where there are some. */
  async start(chromium: string): Promise<void> {
    const checkout = await createCheckout();
    this.#checkout = checkout;
    const up = await checkout.npm("up");
    expect(up.exitCode, up.all).toBe(0);
    const warehouse = openWarehouse(JSON.parse((await checkout.npm("outputs")).stdout) as StackOutputs);
    this.#running = { checkout, warehouse, browser: await openBrowser(chromium) };
    await this.produce(writeTicks(checkout, "dashboard.jsonl", this.feed.sent));
    for (const file of [KRAKEN, BINANCE].filter(hasSharedData)) {
      await this.produce(join(SHARED_DATA, file));
      this.sent.push(...parseTicks(readFileSync(join(SHARED_DATA, file), "utf8")));
    }
    await this.#sendBroken();
    for (const symbol of new Set(this.sent.map((tick) => tick.symbol))) await this.#untilThere(symbol);
  }

  async stop(): Promise<void> {
    const checkout = this.#checkout;
    await this.#running?.browser.close();
    if (checkout === undefined) return;
    if (existsSync(join(checkout.path, ".pulumi-state"))) await checkout.npm("down");
    const left = checkout.processes();
    checkout.remove();
    expect(left, "processes left behind").toEqual([]);
  }

  /** A new page, which shows nothing yet. */
  async blank(size?: Size): Promise<DashboardPage> {
    const { browser, warehouse } = this.#started;
    const dashboard = await openDashboard(browser, warehouse.outputs.dashboardUrl, size);
    this.#pages.push(dashboard);
    return dashboard;
  }

  /** A new page with this query string. */
  async open(query: string, size?: Size): Promise<DashboardPage> {
    const dashboard = await this.blank(size);
    await dashboard.open(query);
    return dashboard;
  }

  /** Closes the pages of a test; none of them may have anything to complain of. */
  async closePages(): Promise<void> {
    const complaints = this.#pages.flatMap((dashboard) => dashboard.complaints);
    await Promise.all(this.#pages.map((dashboard) => dashboard.close()));
    this.#pages = [];
    expect(complaints, "other hosts, refusals of the policy, errors").toEqual([]);
  }

  async produce(path: string): Promise<void> {
    const produced = await this.checkout.npm("produce", "replay", path);
    expect(produced.exitCode, produced.all).toBe(0);
  }

  /** By a plain loop, newest first. */
  minuteBars(symbol: string): ExactBar[] {
    return exactBarsOf(this.sent, symbol, 60);
  }

  async #untilThere(symbol: string): Promise<void> {
    await this.warehouse.untilRawCount(symbol, this.sent.filter((tick) => tick.symbol === symbol).length);
    const expected = this.minuteBars(symbol).length;
    const isThere = async () =>
      (await this.warehouse.exactBars(symbol, "1m")).length === expected || undefined;
    const message = `${expected} bars of ${symbol} within ${ARRIVAL_DEADLINE_MS / 1_000} s`;
    expect(await pollUntil(ARRIVAL_DEADLINE_MS, isThere), message).toBe(true);
  }

  async #sendBroken(): Promise<void> {
    const { kafkaBootstrap, kafkaTopic } = this.warehouse.outputs;
    const { producer: login } = await kafkaLoginsOf(this.checkout);
    const kafka = new kafkajs.Kafka({
      brokers: [kafkaBootstrap],
      logLevel: kafkajs.logLevel.NOTHING,
      ...securityOf(login),
    });
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: kafkaTopic, messages: [{ key: SYMBOL, value: BROKEN }] });
    await producer.disconnect();
  }
}
