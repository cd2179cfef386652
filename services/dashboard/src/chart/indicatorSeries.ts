import {
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type SeriesType,
  type UTCTimestamp,
} from "lightweight-charts";
import type { Bar } from "../api/types.ts";
import { type ColorName, color } from "../ui/palette.ts";
import type { Indicator, IndicatorLine } from "./indicators.ts";
import type { IndicatorValues } from "./indicatorValues.ts";
import { type ChartColors, linePoint } from "./points.ts";

interface Drawn {
  readonly id: string;
  readonly line: IndicatorLine;
  readonly color: ColorName;
  readonly series: ISeriesApi<SeriesType, UTCTimestamp>;
}

export interface IndicatorSeries {
  set(indicators: readonly Indicator[]): void;
  draw(values: IndicatorValues, bars: readonly Bar[], colors: ChartColors, only?: readonly Bar[]): void;
  repaint(): void;
}

const LINE_COLORS: readonly ColorName[] = [
  "series-1",
  "series-2",
  "series-3",
  "series-4",
  "series-5",
  "series-6",
];

/** The colour of the indicator at this place in the list, on the chart as in the legend. Pure. */
export const indicatorColor = (index: number): ColorName =>
  LINE_COLORS[index % LINE_COLORS.length] ?? "series-1";

/** A pane's height, as a share of the candles'. */
const PANE_SHARE = 0.28;

/** The lines of indicators on a chart: over the candles, or in panes beneath. */
export function createIndicatorSeries(chart: IChartApi): IndicatorSeries {
  let drawn: Drawn[] = [];

  const add = (indicator: Indicator, line: IndicatorLine, at: number, pane: number): Drawn => {
    const name = indicatorColor(at);
    const common = { lastValueVisible: false, priceLineVisible: false, color: color(name) };
    const series =
      line.kind === "histogram"
        ? chart.addSeries(HistogramSeries, common, pane)
        : chart.addSeries(
            LineSeries,
            {
              ...common,
              lineWidth: 2,
              lineStyle: line.dashed === true ? LineStyle.Dashed : LineStyle.Solid,
              crosshairMarkerVisible: false,
            },
            pane,
          );
    return { id: indicator.id, line, color: name, series: series as Drawn["series"] };
  };

  return {
    set(indicators) {
      for (const { series } of drawn)
        chart.removeSeries(series as unknown as Parameters<IChartApi["removeSeries"]>[0]);
      drawn = [];
      let pane = 0;
      indicators.forEach((indicator, at) => {
        const { pane: where, lines, levels = [] } = indicator.kind;
        if (where === "own") pane += 1;
        const added = lines.map((line) => add(indicator, line, at, where === "own" ? pane : 0));
        for (const price of levels)
          added[0]?.series.createPriceLine({
            price,
            color: color("muted"),
            lineWidth: 1,
            lineStyle: LineStyle.Dotted,
            axisLabelVisible: false,
            title: "",
          });
        drawn.push(...added);
      });
      chart.panes().forEach((each, index) => {
        each.setStretchFactor(index === 0 ? 1 : PANE_SHARE);
      });
    },
    draw(values, bars, colors, only) {
      for (const { id, line, series } of drawn) {
        const point = (bar: Bar) => linePoint(bar, id, line, values, colors);
        const newest = bars.at(-1)?.time ?? "";
        if (only === undefined) series.setData(bars.map(point));
        else for (const bar of only) series.update(point(bar), bar.time < newest);
      }
    },
    repaint() {
      for (const each of drawn)
        if (each.line.kind === "line") each.series.applyOptions({ color: color(each.color) });
    },
  };
}
