import { pollUntil } from "../../infra/poll.ts";
import { askApi } from "../../tools/api.ts";
import type { StackOutputs } from "../../tools/outputsOf.ts";
import type { ExactBar } from "./exactLoop.ts";
import type { Bar } from "./plainLoop.ts";

/** A running warehouse as a client sees it. */
export interface Warehouse {
  readonly outputs: StackOutputs;
  bars(path: "fast" | "slow", symbol: string): Promise<Bar[]>;
  /** `GET /bars`, newest first. */
  exactBars(symbol: string, interval: string): Promise<AnsweredBar[]>;
  rawCount(symbol: string): Promise<number>;
  finalCount(symbol: string): Promise<number>;
  /** Waits until the raw count is what it should be; the error names both. */
  untilRawCount(symbol: string, expected: number): Promise<void>;
  /** The same for the deduplicated count. */
  untilFinalCount(symbol: string, expected: number): Promise<void>;
}

/** An exact bar with what is known of it. */
export interface AnsweredBar extends ExactBar {
  readonly state: string;
  readonly revision: number;
  readonly knownAt: string;
}

const ARRIVAL_DEADLINE_MS = 60_000;

export function openWarehouse(outputs: StackOutputs): Warehouse {
  const get = async <T>(path: string): Promise<T> => {
    const response = await askApi(outputs, path);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const count = async (route: string, symbol: string) =>
    (await get<{ count: number }>(`/dedup/${route}?symbol=${symbol}`)).count;
  const until = async (route: string, symbol: string, expected: number): Promise<void> => {
    let last = 0;
    const arrived = await pollUntil(ARRIVAL_DEADLINE_MS, async () => {
      // While a server restarts the API has no answer.
      last = await count(route, symbol).catch(() => last);
      return last >= expected ? true : undefined;
    });
    if (arrived === undefined)
      throw new Error(
        `${symbol}: ${route} is ${last}, expected ${expected}, after ${ARRIVAL_DEADLINE_MS / 1000} s`,
      );
  };
  return {
    outputs,
    bars: async (path, symbol) =>
      (await get<{ bars: Bar[] }>(`/backtest/${path}?symbol=${symbol}&limit=10000`)).bars,
    exactBars: async (symbol, interval) =>
      (await get<{ bars: AnsweredBar[] }>(`/bars?symbol=${symbol}&interval=${interval}&limit=10000`)).bars,
    rawCount: (symbol) => count("raw_count", symbol),
    finalCount: (symbol) => count("final_count", symbol),
    untilRawCount: (symbol, expected) => until("raw_count", symbol, expected),
    untilFinalCount: (symbol, expected) => until("final_count", symbol, expected),
  };
}
