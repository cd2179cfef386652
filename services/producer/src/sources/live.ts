import type { Logger, Tick } from "@tickhouse/common";
import { messageOf, ProducerError } from "../errors.ts";
import { withDeadline } from "../sinks/withDeadline.ts";
import { tickJson } from "../tickJson.ts";
import { FeedQueue } from "./feedQueue.ts";
import { resolveSymbols } from "./liveExchange.ts";
import { createLiveMapper, inOrder } from "./liveTicks.ts";
import type { FeedExchange } from "./liveTypes.ts";
import type { FeedTick, Source } from "./source.ts";

export type Feed = "trades" | "quotes";

export interface LiveOptions {
  readonly exchange: string;
  /** `BTC/USDT` or `BTCUSDT`. */
  readonly symbols: readonly string[];
  readonly feeds: readonly Feed[];
  /** For the exchange's list of markets, ms. */
  readonly connectTimeoutMs: number;
  /** Ticks that may wait for Kafka before the feed gives up. */
  readonly maxWaiting: number;
  readonly open: () => Promise<FeedExchange>;
  readonly onSkipped?: (problem: string) => void;
}

/**
 * An exchange's websocket feed. ccxt reconnects and subscribes again by itself, after 1 s, 2 s, 4 s and so on up to a
 * minute; what the exchange sends again is a duplicate of the same identity, and what it traded meanwhile is missing.
 */
export function createLiveSource(options: LiveOptions, log: Logger): Source {
  let exchange: FeedExchange | undefined;
  let symbols: string[] = [];
  return {
    description: `live ${options.exchange} ${options.symbols.join(",")}`,
    async prepare() {
      exchange = await options.open();
      checkFeeds(exchange, options.feeds);
      symbols = resolveSymbols(options.exchange, options.symbols, await loadMarkets(exchange, options));
    },
    async *read(signal) {
      if (exchange === undefined) throw new Error("prepare() first");
      yield* watchAll(exchange, symbols, options, signal, log);
    },
  };
}

async function* watchAll(
  exchange: FeedExchange,
  symbols: readonly string[],
  options: LiveOptions,
  signal: AbortSignal,
  log: Logger,
): AsyncGenerator<readonly FeedTick[]> {
  const queue = new FeedQueue<FeedTick>(options.maxWaiting);
  const mapper = createLiveMapper(options.exchange);
  const push = (ticks: readonly Tick[]): void =>
    queue.push(ticks.map((tick) => ({ symbol: tick.symbol, text: tickJson(tick), kind: tick.event_type })));

  const watchTrades = (symbol: string) => async () => {
    for (const trade of inOrder(await exchange.watchTrades(symbol))) {
      const tick = mapper.trade(trade, symbol);
      if (tick === undefined) options.onSkipped?.(`${symbol}: a trade without price, amount or time`);
      else push([tick]);
    }
  };
  // The order book's top where there is one: tickers of many exchanges move with trades only.
  const watchQuotes = (symbol: string) => async () => {
    if (exchange.has["watchBidsAsks"] !== true)
      return push(mapper.quote(await exchange.watchTicker(symbol), symbol));
    const quotes = await exchange.watchBidsAsks([symbol]);
    for (const quote of Object.values(quotes)) {
      if (quote.symbol === undefined || quote.symbol === symbol) push(mapper.quote(quote, symbol));
    }
  };

  let stopped = false;
  const stop = (): void => {
    stopped = true;
    queue.end();
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();

  /** Looks again as soon as it has looked: ccxt keeps only so much in between. */
  async function watch(what: string, look: () => Promise<void>): Promise<void> {
    while (!stopped) {
      try {
        await look();
      } catch (error) {
        if (stopped) return;
        if (!isTransient(error)) throw error;
        log.warn({ feed: what, reason: messageOf(error) }, "feed interrupted, reconnecting");
      }
    }
  }

  const watching = symbols.flatMap((symbol) =>
    options.feeds.map((feed) =>
      watch(`${feed} ${symbol}`, feed === "trades" ? watchTrades(symbol) : watchQuotes(symbol)).catch(
        (cause) =>
          queue.end(
            new ProducerError(
              "FEED_REFUSED",
              `${options.exchange}: ${feed} of ${symbol}: ${messageOf(cause)}`,
              { cause },
            ),
          ),
      ),
    ),
  );
  try {
    yield* queue.batches();
  } finally {
    stop();
    signal.removeEventListener("abort", stop);
    await withDeadline(
      exchange.close().then(() => Promise.all(watching)),
      CLOSE_TIMEOUT_MS,
      () => undefined,
    );
  }
}

/** Longest wait for the exchange to take the goodbye. */
const CLOSE_TIMEOUT_MS = 3_000;

/** ccxt's NetworkError and what derives from it: what passes by itself. Its classes are not loaded here. */
function isTransient(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = Object.getPrototypeOf(at)) {
    if (at.constructor.name === "NetworkError") return true;
  }
  return false;
}

function checkFeeds(exchange: FeedExchange, feeds: readonly Feed[]): void {
  const has = (name: string): boolean => exchange.has[name] === true;
  const offered: Feed[] = [];
  if (has("watchTrades")) offered.push("trades");
  if (has("watchBidsAsks") || has("watchTicker")) offered.push("quotes");
  const missing = feeds.filter((feed) => !offered.includes(feed));
  if (missing.length === 0) return;
  throw new ProducerError(
    "FEED_UNKNOWN",
    `--feeds: ${exchange.id} streams no ${missing.join(", ")}; accepted: ${offered.join(", ") || "none"}`,
  );
}

async function loadMarkets(exchange: FeedExchange, { connectTimeoutMs }: LiveOptions) {
  const failed = (reason: string, cause?: unknown): ProducerError =>
    new ProducerError(
      "FEED_UNREACHABLE",
      `${exchange.id}: its list of markets did not come: ${reason}. Check that this machine can reach the exchange; ` +
        "a proxy goes into --exchange-config.",
      { cause },
    );
  const loading = exchange.loadMarkets().catch((cause: unknown) => {
    throw failed(messageOf(cause), cause);
  });
  const markets = await withDeadline(loading, connectTimeoutMs, () =>
    failed(`no answer within ${connectTimeoutMs / 1000} s`),
  );
  return markets ?? {};
}
