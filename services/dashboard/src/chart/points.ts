import type {
  CandlestickData,
  HistogramData,
  LineData,
  SeriesMarker,
  UTCTimestamp,
  WhitespaceData,
} from "lightweight-charts";
import type { Bar } from "../api/types.ts";
import type { IndicatorLine } from "./indicators.ts";
import { type IndicatorValues, lineValue } from "./indicatorValues.ts";

/** Colours of the present theme. */
export interface ChartColors {
  readonly up: string;
  readonly down: string;
  readonly upFaint: string;
  readonly downFaint: string;
  readonly corrected: string;
}

export const toTime = (time: string): UTCTimestamp => (Date.parse(time) / 1000) as UTCTimestamp;

/** `2025-11-10T17:23:00Z` of a chart's time. */
export const fromTime = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace(".000", "");

/** A provisional bar is drawn hollow: it may still change. */
export function candle(bar: Bar, colors: ChartColors): CandlestickData<UTCTimestamp> {
  const { open, high, low, close } = bar;
  const point = { time: toTime(bar.time), open, high, low, close };
  if (bar.state !== "provisional") return point;
  return { ...point, color: close >= open ? colors.upFaint : colors.downFaint };
}

export const column = (bar: Bar, colors: ChartColors): HistogramData<UTCTimestamp> => ({
  time: toTime(bar.time),
  value: bar.volume,
  color: bar.close >= bar.open ? colors.upFaint : colors.downFaint,
});

/** A dot over each bar that changed after it was final. */
export const markers = (bars: readonly Bar[], colors: ChartColors): SeriesMarker<UTCTimestamp>[] =>
  bars
    .filter(({ state }) => state === "corrected")
    .map((bar) => ({
      time: toTime(bar.time),
      position: "aboveBar",
      shape: "circle",
      color: colors.corrected,
      size: 0.6,
    }));

/** A point of an indicator's line; a gap where it has no value. */
export function linePoint(
  bar: Bar,
  id: string,
  { key, kind }: IndicatorLine,
  values: IndicatorValues,
  colors: ChartColors,
): LineData<UTCTimestamp> | HistogramData<UTCTimestamp> | WhitespaceData<UTCTimestamp> {
  const time = toTime(bar.time);
  const value = lineValue(values.at(bar.time)?.[id], key);
  if (value === undefined) return { time };
  if (kind === "line") return { time, value };
  return { time, value, color: value >= 0 ? colors.upFaint : colors.downFaint };
}
