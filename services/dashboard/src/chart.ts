import {
  type CandlestickData,
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  createChart,
  type HistogramData,
  HistogramSeries,
  type UTCTimestamp,
} from "lightweight-charts";
import type { Bar } from "./api.ts";
import type { Change } from "./series.ts";

export interface CandleChart {
  /** Draws a change; `bars` is everything, oldest first. */
  draw(change: Change, bars: readonly Bar[], decimals: number): void;
  /** Shows the whole range again. */
  fit(): void;
  /** Told the minute under the crosshair, or undefined when it leaves. */
  onHover(listener: (minute: string | undefined) => void): void;
}

/** Reads the page's colours, so that the chart follows its light and dark themes. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: read("muted"),
    grid: read("grid"),
    line: read("line"),
    up: read("up"),
    down: read("down"),
    upFaint: read("up-faint"),
    downFaint: read("down-faint"),
    label: read("label"),
  };
}

const toTime = (minute: string): UTCTimestamp => (Date.parse(minute) / 1000) as UTCTimestamp;

/** Candles with volume beneath, in UTC. */
export function createCandleChart(container: HTMLElement): CandleChart {
  let colors = palette();
  const chart = createChart(container, {
    autoSize: true,
    // The logo would bring an inline style sheet, which the page's policy forbids; the footer has the attribution.
    layout: { attributionLogo: false, fontSize: 11, fontFamily: getComputedStyle(container).fontFamily },
    crosshair: { mode: CrosshairMode.Normal },
    timeScale: { timeVisible: true, secondsVisible: false, rightOffset: 3, minBarSpacing: 0.4 },
    rightPriceScale: { scaleMargins: { top: 0.12, bottom: 0.26 } },
  });
  const candles = chart.addSeries(CandlestickSeries, { borderVisible: false });
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: "volume",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.8, bottom: 0 } });

  const candle = ({ minute, open, high, low, close }: Bar): CandlestickData<UTCTimestamp> => ({
    time: toTime(minute),
    open,
    high,
    low,
    close,
  });
  const column = (bar: Bar): HistogramData<UTCTimestamp> => ({
    time: toTime(bar.minute),
    value: bar.volume,
    color: bar.close >= bar.open ? colors.upFaint : colors.downFaint,
  });

  const paint = (): void => {
    colors = palette();
    chart.applyOptions({
      layout: { background: { type: ColorType.Solid, color: "transparent" }, textColor: colors.text },
      grid: { vertLines: { color: colors.grid }, horzLines: { color: colors.grid } },
      crosshair: {
        vertLine: { color: colors.text, labelBackgroundColor: colors.label },
        horzLine: { color: colors.text, labelBackgroundColor: colors.label },
      },
      rightPriceScale: { borderColor: colors.line },
      timeScale: { borderColor: colors.line },
    });
    candles.applyOptions({
      upColor: colors.up,
      downColor: colors.down,
      wickUpColor: colors.up,
      wickDownColor: colors.down,
    });
  };
  paint();

  let drawn: readonly Bar[] = [];
  let shownDecimals = -1;
  const redraw = (): void => {
    candles.setData(drawn.map(candle));
    volume.setData(drawn.map(column));
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    paint();
    redraw();
  });

  return {
    draw(change, bars, decimals) {
      if (decimals !== shownDecimals) {
        shownDecimals = decimals;
        candles.applyOptions({
          priceFormat: { type: "price", precision: decimals, minMove: 10 ** -decimals },
        });
      }
      const newest = drawn.at(-1)?.minute ?? "";
      drawn = bars;
      if (change.kind === "replace") return redraw();
      if (change.kind === "none") return;
      for (const bar of change.bars) {
        candles.update(candle(bar), bar.minute < newest);
        volume.update(column(bar), bar.minute < newest);
      }
    },
    fit() {
      chart.timeScale().fitContent();
    },
    onHover(listener) {
      chart.subscribeCrosshairMove(({ time }) => {
        listener(
          typeof time === "number" ? new Date(time * 1000).toISOString().replace(".000", "") : undefined,
        );
      });
    },
  };
}
