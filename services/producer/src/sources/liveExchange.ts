import { readFile } from "node:fs/promises";
import { messageOf, ProducerError } from "../errors.ts";
import { tickSymbol } from "./liveTicks.ts";
import type { FeedExchange, FeedMarket } from "./liveTypes.ts";

/** Trades of one symbol that ccxt keeps between two looks; more than any exchange sends in a blocked moment. */
const TRADES_KEPT = 10_000;

/**
 * Opens an exchange of ccxt. The package is loaded here and nowhere else: it is large, and only `live` needs it.
 * @param configFile JSON with settings for ccxt's constructor (proxies, urls, options), or undefined
 * @throws ProducerError FEED_UNKNOWN, or BAD_OPTION for the file
 */
export async function openExchange(id: string, configFile: string | undefined): Promise<FeedExchange> {
  const config = configFile === undefined ? {} : await readConfig(configFile);
  const { default: ccxt } = await import("ccxt").catch((cause: unknown) => {
    throw new ProducerError("FEED_UNKNOWN", "live needs the package ccxt: npm install ccxt", { cause });
  });
  const exchanges: Readonly<Record<string, unknown>> = ccxt.pro;
  const Exchange = Object.hasOwn(exchanges, id) ? exchanges[id] : undefined;
  if (!isExchangeClass(Exchange)) {
    const known = Object.keys(exchanges).filter(
      (name) => isExchangeClass(exchanges[name]) && name !== "Exchange",
    );
    throw new ProducerError("FEED_UNKNOWN", `exchange = "${id}": accepted: ${known.join(", ")}`);
  }
  const options = isObject(config["options"]) ? config["options"] : {};
  const exchange = new Exchange({ ...config, options: { tradesLimit: TRADES_KEPT, ...options } });
  // ccxt refuses unencrypted ws:// urls (a gateway of one's own, a test) until this was called.
  await exchange.loadHttpProxyAgent();
  guardSends(exchange);
  return exchange;
}

interface Sender {
  send(message: unknown): Promise<unknown>;
  guarded?: boolean;
}

/**
 * ccxt forgets to await a subscription that it sends after a pause: a socket that closed meanwhile would end the
 * process with an unhandled rejection. The close itself is reported, and ccxt reconnects.
 */
function guardSends(exchange: object): void {
  const opened = exchange as { client(url: string): Sender };
  const client = opened.client.bind(opened);
  opened.client = (url) => {
    const socket = client(url);
    if (socket.guarded) return socket;
    const send = socket.send.bind(socket);
    socket.send = (message) => {
      const sent = send(message);
      sent.catch(() => undefined);
      return sent;
    };
    socket.guarded = true;
    return socket;
  };
}

/**
 * The exchange's own names of the symbols asked for: `BTC/USDT`, or `BTCUSDT` for a spot market.
 * @throws ProducerError FEED_UNKNOWN that lists every symbol it doesn't have
 */
export function resolveSymbols(
  exchangeId: string,
  wanted: readonly string[],
  markets: Readonly<Record<string, FeedMarket>>,
): string[] {
  const byTickSymbol = new Map(
    Object.values(markets)
      .filter((market) => market.spot !== false)
      .map((market) => [tickSymbol(market.symbol), market.symbol]),
  );
  const unknown: string[] = [];
  const found = wanted.map((name) => {
    const symbol = Object.hasOwn(markets, name) ? name : byTickSymbol.get(name.toUpperCase());
    if (symbol === undefined) unknown.push(name);
    return symbol ?? name;
  });
  if (unknown.length === 0) return [...new Set(found)];
  const some = Object.keys(markets).slice(0, 10).join(", ");
  throw new ProducerError(
    "FEED_UNKNOWN",
    `${exchangeId} has no ${unknown.join(", ")}; accepted: its ${Object.keys(markets).length} symbols, such as ${some}`,
  );
}

async function readConfig(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const config: unknown = JSON.parse(await readFile(path, "utf8"));
    if (isObject(config)) return config;
    throw new Error("accepted: a JSON object of ccxt settings");
  } catch (cause) {
    throw new ProducerError("BAD_OPTION", `--exchange-config = "${path}": ${messageOf(cause)}`, { cause });
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isExchangeClass(value: unknown): value is new (config: object) => FeedExchange {
  return typeof value === "function" && "prototype" in value;
}
