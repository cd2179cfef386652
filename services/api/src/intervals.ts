/** Lengths of bars in seconds. Each is a multiple of the one before it, and a day of all: they begin at midnight UTC. */
export const INTERVALS = { "1m": 60, "5m": 300, "15m": 900, "1h": 3_600, "1d": 86_400 } as const;

export type Interval = keyof typeof INTERVALS;

export const INTERVAL_NAMES = Object.keys(INTERVALS) as [Interval, ...Interval[]];
