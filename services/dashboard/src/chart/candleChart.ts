import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
} from "lightweight-charts";
import type { Bar } from "../api/types.ts";
import { color, remPx } from "../ui/palette.ts";
import type { Change } from "./barSeries.ts";
import { createIndicatorSeries } from "./indicatorSeries.ts";
import type { Indicator } from "./indicators.ts";
import type { IndicatorValues } from "./indicatorValues.ts";
import { type ChartColors, candle, column, fromTime, markers, toTime } from "./points.ts";

export interface CandleChart {
  /** Draws a change; `bars` is everything, oldest first. */
  draw(change: Change, bars: readonly Bar[], decimals: number): void;
  /** Puts other indicators on the chart; their values come by `drawIndicators`. */
  setIndicators(indicators: readonly Indicator[]): void;
  /** Draws the indicators: of all bars, or of these only. */
  drawIndicators(values: IndicatorValues, only?: readonly Bar[]): void;
  /** Takes the theme's colours and the page's size of text again. */
  repaint(): void;
  /** Shows all bars, or the newest that fit at a comfortable width. */
  fit(what: "all" | "newest"): void;
  /** Shows this many times as many bars. */
  zoom(factor: number): void;
  /** Puts the crosshair on the bar of this index, and moves the chart where it is not in sight; undefined takes it away. */
  point(index: number | undefined): void;
  destroy(): void;
}

export interface ChartListeners {
  /** The bar's time under the crosshair; undefined when it leaves. */
  readonly onHover: (time: string | undefined) => void;
  /** The left edge is near the oldest bar. */
  readonly onOldest: () => void;
}

/** So many bars before the left edge, older ones are asked for. */
const LOAD_AHEAD = 200;

const NEWEST_SHOWN = 160;

const chartColors = (): ChartColors => ({
  up: color("up"),
  down: color("down"),
  upFaint: color("up-faint"),
  downFaint: color("down-faint"),
  corrected: color("warn"),
});

/** Candles with volume beneath and indicators, in UTC. */
export function createCandleChart(
  container: HTMLElement,
  { onHover, onOldest }: ChartListeners,
): CandleChart {
  let colors = chartColors();
  let drawn: readonly Bar[] = [];
  const chart = createChart(container, {
    autoSize: true,
    // The logo would bring an inline style sheet, which the page's policy forbids; the footer has the attribution.
    layout: { attributionLogo: false },
    crosshair: { mode: CrosshairMode.Normal },
    timeScale: {
      timeVisible: true,
      secondsVisible: false,
      rightOffset: 4,
      // So that hundreds of thousands of bars fit; what shares a pixel is drawn as one.
      minBarSpacing: 0.002,
      enableConflation: true,
      precomputeConflationOnInit: true,
    },
    rightPriceScale: { scaleMargins: { top: 0.1, bottom: 0.24 } },
  });
  const candles = chart.addSeries(CandlestickSeries, { borderVisible: false });
  const corrected = createSeriesMarkers(candles, []);
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: "volume",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  const indicators = createIndicatorSeries(chart);
  const scale = chart.timeScale();

  const applyTheme = (): void => {
    colors = chartColors();
    const text = color("muted");
    const labelBackgroundColor = color("label");
    chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: "transparent" },
        textColor: text,
        fontSize: Math.round(remPx() * 0.75),
        fontFamily: getComputedStyle(container).fontFamily,
        panes: { separatorColor: color("line"), separatorHoverColor: color("grid") },
      },
      grid: { vertLines: { color: color("grid") }, horzLines: { color: color("grid") } },
      crosshair: {
        vertLine: { color: text, labelBackgroundColor },
        horzLine: { color: text, labelBackgroundColor },
      },
      rightPriceScale: { borderColor: color("line") },
      timeScale: { borderColor: color("line") },
    });
    const { up: upColor, down: downColor } = colors;
    candles.applyOptions({ upColor, downColor, wickUpColor: upColor, wickDownColor: downColor });
  };
  applyTheme();

  const drawAll = (): void => {
    candles.setData(drawn.map((bar) => candle(bar, colors)));
    volume.setData(drawn.map((bar) => column(bar, colors)));
    corrected.setMarkers(markers(drawn, colors));
  };

  chart.subscribeCrosshairMove(({ time }) => onHover(typeof time === "number" ? fromTime(time) : undefined));
  scale.subscribeVisibleLogicalRangeChange((range) => {
    if (range !== null && range.from < LOAD_AHEAD && drawn.length > 0) onOldest();
  });

  return {
    draw(change, bars, decimals) {
      const newest = drawn.at(-1)?.time ?? "";
      drawn = bars;
      candles.applyOptions({ priceFormat: { type: "price", precision: decimals, minMove: 10 ** -decimals } });
      if (change.kind === "replace") drawAll();
      if (change.kind !== "update") return;
      for (const bar of change.bars) {
        candles.update(candle(bar, colors), bar.time < newest);
        volume.update(column(bar, colors), bar.time < newest);
      }
      if (change.bars.some(({ state }) => state === "corrected"))
        corrected.setMarkers(markers(drawn, colors));
    },
    setIndicators: indicators.set,
    drawIndicators: (values, only) => indicators.draw(values, drawn, colors, only),
    repaint() {
      applyTheme();
      drawAll();
      indicators.repaint();
    },
    fit(what) {
      if (what === "all" || drawn.length < NEWEST_SHOWN) return scale.fitContent();
      scale.setVisibleLogicalRange({ from: drawn.length - NEWEST_SHOWN, to: drawn.length + 4 });
    },
    zoom(factor) {
      const range = scale.getVisibleLogicalRange();
      if (range !== null)
        scale.setVisibleLogicalRange({ from: range.to - (range.to - range.from) * factor, to: range.to });
    },
    point(index) {
      const bar = index === undefined ? undefined : drawn[index];
      const range = scale.getVisibleLogicalRange();
      if (index === undefined || bar === undefined) return chart.clearCrosshairPosition();
      const beyond = range === null ? 0 : Math.min(0, index - range.from) + Math.max(0, index - range.to);
      if (range !== null && beyond !== 0)
        scale.setVisibleLogicalRange({ from: range.from + beyond, to: range.to + beyond });
      chart.setCrosshairPosition(bar.close, toTime(bar.time), candles);
    },
    destroy: () => chart.remove(),
  };
}
