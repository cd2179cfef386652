/*
 * The part of ccxt that the live source uses, as ccxt 4.5 documents it. Its own types name every exchange and every
 * private call, and leave fields like `side` non-optional that exchanges do leave out.
 */

/** A public trade. */
export interface FeedTrade {
  /** The exchange's id; a number as text on most, not on all. */
  readonly id?: string | undefined;
  readonly symbol?: string | undefined;
  /** Milliseconds since 1970. */
  readonly timestamp?: number | undefined;
  readonly side?: string | undefined;
  readonly price?: number | undefined;
  readonly amount?: number | undefined;
  /** What the exchange itself sent. */
  readonly info?: unknown;
}

/** Best bid and ask. */
export interface FeedQuote {
  readonly symbol?: string | undefined;
  readonly timestamp?: number | undefined;
  readonly bid?: number | undefined;
  readonly bidVolume?: number | undefined;
  readonly ask?: number | undefined;
  readonly askVolume?: number | undefined;
  readonly info?: unknown;
}

export interface FeedMarket {
  readonly symbol: string;
  readonly spot?: boolean | undefined;
}

export interface FeedExchange {
  readonly id: string;
  readonly has: Readonly<Record<string, unknown>>;
  loadMarkets(): Promise<Readonly<Record<string, FeedMarket>>>;
  watchTrades(symbol: string): Promise<readonly FeedTrade[]>;
  watchBidsAsks(symbols: string[]): Promise<Readonly<Record<string, FeedQuote>>>;
  watchTicker(symbol: string): Promise<FeedQuote>;
  /** Needed once before a `ws://` url can be used. */
  loadHttpProxyAgent(): Promise<unknown>;
  close(): Promise<unknown>;
}
