import { ATR, BollingerBands, EMA, MACD, RSI, SMA } from "trading-signals";
import type { IndicatorBar } from "./bar.ts";
import { createRollingVwap, createSessionVwap } from "./vwap.ts";

export interface Bands {
  readonly lower: number;
  readonly middle: number;
  readonly upper: number;
}

export interface MacdValue {
  readonly macd: number;
  readonly signal: number;
  readonly histogram: number;
}

/** Null before there are enough bars. */
export type IndicatorValue = number | Bands | MacdValue | null;

/** Takes the bars oldest first and gives the value at each. */
export type Calculator = (bar: IndicatorBar) => IndicatorValue;

export interface Indicator {
  /** As it was asked for: `sma:20`. */
  readonly name: string;
  /** Whether a value depends on every bar before it, so that it matters where the recursion begins. */
  readonly recursive: boolean;
  /** Bars before a bar that its value needs; of a recursive one, those before the first bar of its block. */
  readonly warmUp: number;
  create(): Calculator;
}

interface Definition {
  /** How it is written. */
  readonly usage: string;
  readonly formula: string;
  readonly source: string;
  /** @param args the numbers after the name; undefined when they are not accepted */
  parse(name: string, args: readonly number[]): Indicator | undefined;
}

export const MAX_PERIOD = 200;

/** Bars that a recursive indicator reads before its block, in periods. Its seed then weighs (1 - 1/n)^(30 n) < 1e-13. */
export const WARM_UP_PERIODS = 30;

const isPeriod = (count: number | undefined, least = 1): count is number =>
  count !== undefined && Number.isInteger(count) && count >= least && count <= MAX_PERIOD;

const windowed = (name: string, period: number, create: () => Calculator): Indicator => ({
  name,
  recursive: false,
  warmUp: period - 1,
  create,
});

const recursive = (name: string, period: number, create: () => Calculator): Indicator => ({
  name,
  recursive: true,
  warmUp: WARM_UP_PERIODS * period,
  create,
});

/** An indicator of one period. */
const ofPeriod =
  (make: typeof windowed, create: (period: number) => Calculator, least = 1): Definition["parse"] =>
  (name, args) => {
    const [period] = args;
    return args.length === 1 && isPeriod(period, least)
      ? make(name, period, () => create(period))
      : undefined;
  };

const byClose = (indicator: { add(close: number): number | null }): Calculator => {
  return ({ close }) => indicator.add(close);
};

/** Every indicator, with what its documentation says. C is the close, H the high, L the low, V the volume of a bar. */
export const DEFINITIONS = {
  sma: {
    usage: "sma:n",
    formula: "(C[t] + … + C[t-n+1]) / n",
    source: "Murphy, Technical Analysis of the Financial Markets, 1999, ch. 9",
    parse: ofPeriod(windowed, (period) => byClose(new SMA(period))),
  },
  ema: {
    usage: "ema:n",
    formula: "a C[t] + (1 - a) EMA[t-1], a = 2 / (n + 1), from EMA = C at the first bar; null before n bars",
    source:
      "Murphy 1999, ch. 9; Hunter, The Exponentially Weighted Moving Average, J. Quality Technology 18, 1986",
    parse: ofPeriod(recursive, (period) => {
      const ema = new EMA(period);
      return ({ close }) => {
        ema.add(close);
        return ema.isStable ? ema.getResultOrThrow() : null;
      };
    }),
  },
  rsi: {
    usage: "rsi:n",
    formula:
      "100 - 100 / (1 + G / S), G and S Wilder averages (A[t] = A[t-1] + (x[t] - A[t-1]) / n, from the mean of the first n) of gains and losses of C; 100 where S is 0",
    source: "Wilder, New Concepts in Technical Trading Systems, 1978",
    parse: ofPeriod(recursive, (period) => byClose(new RSI(period)), 2),
  },
  bollinger: {
    usage: "bollinger:n:k",
    formula:
      "middle = SMA(n), lower and upper = middle -+ k s, s the population standard deviation of the n closes",
    source: "Bollinger, Bollinger on Bollinger Bands, 2001",
    parse(name, args) {
      const [period, factor] = args;
      if (args.length !== 2 || !isPeriod(period) || factor === undefined || factor <= 0 || factor > 10)
        return undefined;
      return windowed(name, period, () => {
        const bands = new BollingerBands(period, factor);
        return ({ close }) => bands.add(close);
      });
    },
  },
  macd: {
    usage: "macd:fast:slow:signal",
    formula:
      "macd = EMA(fast) - EMA(slow), signal = EMA(signal) of macd from the slow-th bar on, histogram = macd - signal; null before slow + signal - 1 bars",
    source: "Appel, Technical Analysis: Power Tools for Active Investors, 2005",
    parse(name, args) {
      const [fast, slow, signal] = args;
      if (args.length !== 3 || !isPeriod(fast) || !isPeriod(slow) || !isPeriod(signal) || fast >= slow)
        return undefined;
      return recursive(name, slow + signal, () => {
        const signalLine = new EMA(signal);
        const macd = new MACD(new EMA(fast), new EMA(slow), signalLine);
        return ({ close }) => {
          const value = macd.add(close);
          return signalLine.isStable ? value : null;
        };
      });
    },
  },
  atr: {
    usage: "atr:n",
    formula: "Wilder average over n of max(H, C[t-1]) - min(L, C[t-1]); of the first bar H - L",
    source: "Wilder 1978",
    parse: ofPeriod(recursive, (period) => {
      const atr = new ATR(period);
      return (bar) => atr.add(bar);
    }),
  },
  vwap: {
    usage: "vwap",
    formula: "sum of price * size over sum of size, of the trades since midnight UTC",
    source: "Berkowitz, Logue, Noser, The Total Cost of Transactions on the NYSE, J. Finance 43, 1988",
    // It begins anew each day, and each block begins with one.
    parse: (name, args) =>
      args.length === 0 ? { name, recursive: true, warmUp: 0, create: createSessionVwap } : undefined,
  },
  rolling_vwap: {
    usage: "rolling_vwap:n",
    formula: "the same over the last n bars",
    source: "Berkowitz, Logue, Noser 1988",
    parse: ofPeriod(windowed, createRollingVwap),
  },
} as const satisfies Record<string, Definition>;
