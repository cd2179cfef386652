import { type ApiAccess, askApi } from "../../api.ts";
import { groupBy } from "../groupBy.ts";
import { INTERVALS, type Interval, nearest, type OpenBar, openBars, timeOf } from "../ledger/barLoop.ts";
import type { ReadTick } from "../ledger/readLine.ts";
import { type Deviation, show } from "./deviation.ts";

/** A bar as the API answers it, as far as it is compared. */
export interface AnsweredBar {
  readonly time: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly vwap: number;
  readonly trades: number;
  readonly buyVolume: number;
  readonly sellVolume: number;
}

/** A bar as it must be answered, bit for bit. Pure. */
export function answerOf(bar: OpenBar): AnsweredBar {
  const volume = nearest(bar.units);
  return {
    time: timeOf(bar),
    open: bar.first.price,
    high: bar.high,
    low: bar.low,
    close: bar.last.price,
    volume,
    vwap: nearest(bar.money) / volume,
    trades: bar.trades,
    buyVolume: nearest(bar.bought),
    sellVolume: nearest(bar.sold),
  };
}

const LIMIT = 10_000;

/** A symbol's bars as the API answers them. */
async function answeredBars(api: ApiAccess, symbol: string, interval: Interval): Promise<AnsweredBar[]> {
  const path = `/bars?${new URLSearchParams({ symbol, interval, limit: String(LIMIT) })}`;
  const response = await askApi(api, path);
  if (!response.ok)
    throw new Error(
      `${api.apiUrl}${path} answered ${response.status}: ${(await response.text()).slice(0, 500)}`,
    );
  return ((await response.json()) as { bars: AnsweredBar[] }).bars;
}

/** Holds each bar of each length against the plain loop's; how many were compared, and what is wrong with them. */
export async function compareAnsweredBars(
  api: ApiAccess,
  symbols: readonly string[],
  ticks: Iterable<ReadTick>,
): Promise<{ compared: number; deviations: Deviation[] }> {
  const bySymbol = groupBy(ticks, ({ symbol }) => symbol);
  const ofSymbol = async (symbol: string) => {
    let compared = 0;
    const deviations: Deviation[] = [];
    for (const interval of Object.keys(INTERVALS) as Interval[]) {
      const expected = openBars(bySymbol.get(symbol) ?? [], INTERVALS[interval]);
      const answered = await answeredBars(api, symbol, interval);
      compared += expected.length;
      deviations.push(...compareBars(`${symbol} ${interval}`, answered, expected));
    }
    return { compared, deviations };
  };
  const all = await Promise.all(symbols.map(ofSymbol));
  return {
    compared: all.reduce((sum, each) => sum + each.compared, 0),
    deviations: all.flatMap(({ deviations }) => deviations),
  };
}

/** Bars that are missing, too many, or differ in any bit. Pure. */
export function compareBars(
  what: string,
  answered: readonly AnsweredBar[],
  expected: readonly OpenBar[],
): Deviation[] {
  const deviations: Deviation[] = [];
  const add = (time: string, wanted: unknown, got: unknown): void => {
    deviations.push({
      kind: "wrong bar",
      what: `${what} ${time}`,
      expected: show(wanted),
      actual: show(got),
    });
  };
  const left = new Map(answered.map((bar) => [bar.time, bar]));
  if (left.size < answered.length) add("", `${left.size} bars`, `${answered.length}, some twice`);
  for (const bar of expected) {
    const wanted = answerOf(bar);
    const { time } = wanted;
    const got = left.get(time);
    left.delete(time);
    if (got === undefined) {
      add(time, wanted, undefined);
      continue;
    }
    const keys = Object.keys(wanted) as (keyof AnsweredBar)[];
    const wrong = keys.filter((key) => wanted[key] !== got[key]);
    const only = (of: AnsweredBar) => Object.fromEntries(wrong.map((key) => [key, of[key]]));
    if (wrong.length > 0) add(time, only(wanted), only(got));
  }
  for (const [time, bar] of left) add(time, "no bar", bar);
  return deviations;
}
