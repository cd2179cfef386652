import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@tickhouse/common";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type KrakenFeed, type KrakenTrade, startKrakenFeed } from "../testing/krakenFeed.ts";
import { FeedQueue } from "./feedQueue.ts";
import { createLiveSource, type LiveOptions } from "./live.ts";
import { openExchange } from "./liveExchange.ts";
import type { FeedTick } from "./source.ts";

const log = createLogger({ name: "test", level: "silent" });

let feed: KrakenFeed;
let folder: string;
let configFile: string;
beforeEach(async () => {
  feed = await startKrakenFeed(["BTC", "USDT"], ["ETH", "USD"]);
  folder = await mkdtemp(join(tmpdir(), "producer-live-"));
  configFile = join(folder, "exchange.json");
  await writeFile(configFile, JSON.stringify(feed.config));
});
afterEach(async () => {
  await feed.stop();
  await rm(folder, { recursive: true });
});

/** Starts to read; `next(n)` waits until n ticks in all have come. */
async function listen(options: Partial<LiveOptions> = {}) {
  const stop = new AbortController();
  const source = createLiveSource(
    {
      exchange: "kraken",
      symbols: ["BTC/USDT"],
      feeds: ["trades", "quotes"],
      connectTimeoutMs: 5_000,
      maxWaiting: 10_000,
      open: () => openExchange("kraken", configFile),
      ...options,
    },
    log,
  );
  await source.prepare();
  const ticks: FeedTick[] = [];
  let wake: (() => void) | undefined;
  const reading = (async () => {
    for await (const batch of source.read(stop.signal)) {
      ticks.push(...batch);
      wake?.();
    }
  })();
  return {
    reading,
    async next(count: number) {
      while (ticks.length < count) {
        const more = new Promise<void>((resolve) => {
          wake = resolve;
        });
        // The feed's error, when it ends with one.
        await Promise.race([more, reading.then(() => Promise.reject(new Error("the feed ended")))]);
      }
      return ticks.map(({ text }) => JSON.parse(text));
    },
    async end() {
      stop.abort();
      await reading;
      return ticks;
    },
  };
}

const trade = (trade_id: number): KrakenTrade => ({
  trade_id,
  price: 105_433.6,
  qty: 0.00027625,
  side: "buy",
  timestamp: `2025-11-10T17:23:53.${String(trade_id).padStart(6, "0")}Z`,
});

describe("live, against a stand-in of Kraken", () => {
  it("sends trades with the exchange's id and microseconds, and quotes as bid and ask", async () => {
    const live = await listen({ symbols: ["BTCUSDT"] });
    await feed.subscribed("trade", "BTC/USDT");
    feed.sendTrades("BTC/USDT", [trade(971_744)]);
    expect(await live.next(1)).toEqual([
      {
        exchange: "KRAKEN",
        symbol: "BTCUSDT",
        event_time: "2025-11-10T17:23:53.971744Z",
        seq_id: 971744,
        event_type: "trade",
        price: 105433.6,
        size: 0.00027625,
        side: "buy",
        source_version: 1,
      },
    ]);
    await feed.subscribed("ticker", "BTC/USDT");
    feed.sendQuote("BTC/USDT", { bid: 100.5, bid_qty: 2, ask: 100.6, ask_qty: 0.5 });
    const [, bid, ask] = await live.next(3);
    expect(bid).toMatchObject({ event_type: "quote", side: "buy", price: 100.5, size: 2 });
    expect(ask).toMatchObject({ event_type: "quote", side: "sell", price: 100.6, size: 0.5 });
    await live.end();
  });

  it("loses no trade of a burst on several symbols and keeps each symbol's order", async () => {
    const live = await listen({ symbols: ["BTC/USDT", "ETH/USD"], feeds: ["trades"] });
    await feed.subscribed("trade", "BTC/USDT");
    await feed.subscribed("trade", "ETH/USD");
    for (let id = 0; id < 3_000; id += 3) {
      feed.sendTrades("BTC/USDT", [trade(id), trade(id + 1), trade(id + 2)]);
      feed.sendTrades("ETH/USD", [trade(id)]);
    }
    const ticks = await live.next(4_000);
    const ids = (symbol: string) =>
      ticks.filter((tick) => tick.symbol === symbol).map(({ seq_id }) => seq_id);
    expect(ids("BTCUSDT")).toEqual(Array.from({ length: 3_000 }, (_, i) => i));
    expect(ids("ETHUSD")).toEqual(Array.from({ length: 1_000 }, (_, i) => i * 3));
    await live.end();
  });

  it("reconnects and subscribes again when the connection is cut", async () => {
    const live = await listen({ feeds: ["trades"] });
    await feed.subscribed("trade", "BTC/USDT");
    feed.sendTrades("BTC/USDT", [trade(1)]);
    await live.next(1);
    feed.cut();
    await feed.subscribed("trade", "BTC/USDT", 2);
    feed.sendTrades("BTC/USDT", [trade(1), trade(2)]);
    expect((await live.next(3)).map(({ seq_id }) => seq_id)).toEqual([1, 1, 2]);
    await live.end();
  }, 15_000);

  it("ends at once when it is stopped, with what has arrived", async () => {
    const live = await listen();
    await feed.subscribed("trade", "BTC/USDT");
    feed.sendTrades("BTC/USDT", [trade(1)]);
    await live.next(1);
    expect(await live.end()).toHaveLength(1);
  });

  it("names the symbols that the exchange lacks", async () => {
    await expect(listen({ symbols: ["BTC/USDT", "NO/PE"] })).rejects.toMatchObject({
      code: "FEED_UNKNOWN",
      message: expect.stringContaining("kraken has no NO/PE"),
    });
  });

  it("names the exchanges that ccxt has", async () => {
    await expect(openExchange("nasdaq", undefined)).rejects.toMatchObject({
      code: "FEED_UNKNOWN",
      message: expect.stringMatching(/exchange = "nasdaq": accepted: .*binance.*kraken/),
    });
  });

  it("reports an exchange that can't be reached", async () => {
    await writeFile(
      configFile,
      JSON.stringify({
        urls: { api: { public: "http://127.0.0.1:1", zendesk: "http://127.0.0.1:1" } },
        markets: undefined,
      }),
    );
    await expect(listen()).rejects.toMatchObject({ code: "FEED_UNREACHABLE" });
  });

  it.each(["[1]", "{", ""])("refuses the settings file %j", async (content) => {
    await writeFile(configFile, content);
    await expect(openExchange("kraken", configFile)).rejects.toMatchObject({ code: "BAD_OPTION" });
  });
});

describe("FeedQueue", () => {
  it("gives everything that waited before it fails for being full", async () => {
    const queue = new FeedQueue<number>(3);
    queue.push([1, 2, 3]);
    queue.push([4]);
    queue.push([5]);
    const seen: number[] = [];
    const read = async () => {
      for await (const batch of queue.batches()) seen.push(...batch);
    };
    await expect(read()).rejects.toMatchObject({ code: "FEED_OVERRUN" });
    expect(seen).toEqual([1, 2, 3, 4]);
  });
});
