import { once } from "node:events";
import { type WebSocket, WebSocketServer } from "ws";

/** A market as ccxt keeps it, so that no list of markets has to be fetched. */
export function krakenMarket(base: string, quote: string) {
  return {
    id: `${base}${quote}`,
    wsId: `${base}/${quote}`,
    symbol: `${base}/${quote}`,
    base,
    quote,
    baseId: base,
    quoteId: quote,
    type: "spot",
    spot: true,
    active: true,
  };
}

export interface KrakenTrade {
  readonly trade_id: number;
  readonly price: number;
  readonly qty: number;
  readonly side: "buy" | "sell";
  /** ISO 8601, microseconds. */
  readonly timestamp: string;
}

/** A stand-in of Kraken's public websocket (version 2), as far as ccxt talks to it. */
export interface KrakenFeed {
  readonly url: string;
  /** ccxt constructor settings that lead to this server. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Resolves when someone has subscribed to the channel of a symbol, for the `count`th time in all. */
  subscribed(channel: "trade" | "ticker", symbol: string, count?: number): Promise<void>;
  sendTrades(symbol: string, trades: readonly KrakenTrade[]): void;
  sendQuote(symbol: string, quote: { bid: number; bid_qty: number; ask: number; ask_qty: number }): void;
  /** Cuts every connection without a goodbye. */
  cut(): void;
  stop(): Promise<void>;
}

export async function startKrakenFeed(
  ...pairs: readonly (readonly [base: string, quote: string])[]
): Promise<KrakenFeed> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const subscribers = new Map<string, Set<WebSocket>>();
  const subscriptions: string[] = [];
  const waiting = new Set<() => void>();

  server.on("connection", (socket: WebSocket) => {
    socket.on("message", (data: Buffer) => {
      const { method, params, req_id } = JSON.parse(data.toString());
      if (method !== "subscribe") return;
      for (const symbol of params.symbol) {
        const key = `${params.channel} ${symbol}`;
        subscribers.set(key, (subscribers.get(key) ?? new Set()).add(socket));
        subscriptions.push(key);
        const result = { channel: params.channel, symbol, snapshot: true };
        socket.send(JSON.stringify({ method, req_id, result, success: true }));
      }
      for (const wake of waiting) wake();
    });
    socket.on("close", () => {
      for (const sockets of subscribers.values()) sockets.delete(socket);
    });
  });

  const send = (channel: string, symbol: string, data: readonly object[]): void => {
    const text = JSON.stringify({ channel, type: "update", data });
    for (const socket of subscribers.get(`${channel} ${symbol}`) ?? []) socket.send(text);
  };
  const url = `ws://127.0.0.1:${server.address().port}`;
  return {
    url,
    config: {
      urls: { api: { ws: { public: url, publicV2: url } } },
      markets: Object.fromEntries(
        pairs.map(([base, quote]) => [`${base}/${quote}`, krakenMarket(base, quote)]),
      ),
    },
    async subscribed(channel, symbol, count = 1) {
      const seen = () => subscriptions.filter((key) => key === `${channel} ${symbol}`).length >= count;
      while (!seen()) {
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    },
    sendTrades: (symbol, trades) =>
      send(
        "trade",
        symbol,
        trades.map((trade) => ({ symbol, ord_type: "market", ...trade })),
      ),
    sendQuote: (symbol, quote) =>
      send("ticker", symbol, [{ symbol, last: quote.bid, volume: 1, vwap: 1, ...quote }]),
    cut() {
      for (const socket of server.clients) socket.terminate();
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of server.clients) socket.terminate();
        server.close(() => resolve());
      }),
  };
}
