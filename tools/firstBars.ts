import { pollUntil } from "../infra/targets/local/process/poll.ts";
import type { StackOutputs } from "./outputsOf.ts";
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
export async function showFirstBars({ apiUrl, apiKey }: StackOutputs, produced: boolean): Promise<void> {
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${apiUrl}${path}`, {
      headers: apiKey === "" ? {} : { "x-api-key": apiKey },
    });
    if (!response.ok)
      throw new Error(`${apiUrl}${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const found = await pollUntil(produced ? DEADLINE_MS : 0, async () => {
    const { symbols } = await get<{ symbols: { symbol: string; trades: number }[] }>("/symbols");
    const symbol = symbols.find(({ trades }) => trades > 0)?.symbol;
    if (symbol === undefined) return undefined;
    const { bars } = await get<{ bars: Bar[] }>(
      `/backtest/fast?symbol=${encodeURIComponent(symbol)}&limit=${SHOWN}`,
    );
    return bars.length > 0 ? { symbol, bars } : undefined;
  });
  if (found === undefined) {
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
