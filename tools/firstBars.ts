import { pollUntil } from "../infra/poll.ts";
import { type ApiAccess, askApi } from "./api.ts";
import { say } from "./report.ts";

const DEADLINE_MS = 30_000;
const SHOWN = 5;

interface Bar {
  readonly minute: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly vwap: number;
}

/**
 * Shows that ticks arrive: the newest bars of the first symbol that has any.
 * @param produced whether the stack has a producer of its own, so that bars are to come
 */
export async function showFirstBars(api: ApiAccess, produced: boolean): Promise<void> {
  /** Undefined while the API has no answer: its nodes may just have been restarted. */
  const get = async <T>(path: string): Promise<T | undefined> => {
    const response = await askApi(api, path);
    if (response.status === 503) return undefined;
    if (!response.ok)
      throw new Error(`${api.apiUrl}${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const found = await pollUntil(DEADLINE_MS, async () => {
    const answer = await get<{ symbols: { symbol: string; trades: number }[] }>("/symbols");
    if (answer === undefined) return undefined;
    const symbol = answer.symbols.find(({ trades }) => trades > 0)?.symbol;
    // Without a producer nothing is to be waited for.
    if (symbol === undefined) return produced ? undefined : "nothing";
    const newest = await get<{ bars: Bar[] }>(
      `/backtest/fast?symbol=${encodeURIComponent(symbol)}&limit=${SHOWN}`,
    );
    return newest !== undefined && newest.bars.length > 0 ? { symbol, bars: newest.bars } : undefined;
  });
  if (found === undefined || found === "nothing") {
    say(
      produced
        ? `no bars yet after ${DEADLINE_MS / 1000} s, though a producer runs; next step: npm run verify -- --stack NAME`
        : "no bars yet, and the stack has no producer; next step: npm run produce -- simulate",
    );
    return;
  }
  say(`newest one-minute bars of ${found.symbol}:`);
  console.table(
    Object.fromEntries(
      found.bars.map(({ minute, open, high, low, close, volume, vwap }) => [
        minute,
        { open, high, low, close, volume, vwap: Number(vwap.toFixed(4)) },
      ]),
    ),
  );
}
