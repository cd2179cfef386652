import type { IndicatorBar } from "./bar.ts";

/** Money over units; null where nothing was traded. */
const over = (money: number, units: number): number | null => (units > 0 ? money / units : null);

/** The volume-weighted average price since the session began: at midnight UTC. */
export function createSessionVwap(): (bar: IndicatorBar) => number | null {
  let day = "";
  let money = 0;
  let units = 0;
  return ({ time, vwap, volume }) => {
    if (time.slice(0, 10) !== day) [day, money, units] = [time.slice(0, 10), 0, 0];
    money += vwap * volume;
    units += volume;
    return over(money, units);
  };
}

/**
 * The volume-weighted average price of the last bars. Summed anew at each bar, oldest first: taking the oldest out of a
 * running sum would carry its rounding along.
 */
export function createRollingVwap(period: number): (bar: IndicatorBar) => number | null {
  const window: IndicatorBar[] = [];
  return (bar) => {
    window.push(bar);
    if (window.length > period) window.shift();
    if (window.length < period) return null;
    const money = window.reduce((sum, { vwap, volume }) => sum + vwap * volume, 0);
    return over(
      money,
      window.reduce((sum, { volume }) => sum + volume, 0),
    );
  };
}
