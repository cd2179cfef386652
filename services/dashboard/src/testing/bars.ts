import type { Bar } from "../api/types.ts";

/** A bar at this minute after midnight; prices follow the minute. */
export const barAt = (minute: number, change: Partial<Bar> = {}): Bar => {
  const time = new Date(Date.UTC(2025, 10, 10, 0, minute)).toISOString().replace(".000", "");
  return {
    time,
    open: minute,
    high: minute + 2,
    low: minute - 1,
    close: minute + 1,
    volume: 10,
    vwap: minute + 0.5,
    trades: 3,
    buyVolume: 6,
    sellVolume: 4,
    state: "final",
    revision: 1,
    knownAt: time,
    ...change,
  };
};
