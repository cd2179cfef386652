import type { Bar } from "../../api/types.ts";
import type { CandleChart } from "../../chart/candleChart.ts";

const ZOOM = 0.8;

/**
 * Moves the crosshair or scales the chart by a key; keys of other meaning are left alone.
 * @returns the bar that the crosshair is on, undefined when it did not move
 */
export function moveByKey(
  event: KeyboardEvent,
  chart: CandleChart,
  bars: readonly Bar[],
  hovered: string | undefined,
): Bar | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const last = bars.length - 1;
  const at = hovered === undefined ? last : bars.findLastIndex(({ time }) => time <= hovered);
  const step = event.shiftKey ? 10 : 1;
  const targets: Readonly<Record<string, number>> = {
    ArrowLeft: Math.max(0, at - step),
    ArrowRight: Math.min(last, at + step),
    Home: 0,
    End: last,
  };
  const target = targets[event.key];
  if (target !== undefined) {
    event.preventDefault();
    chart.point(target);
    return bars[target];
  }
  if (event.key === "+" || event.key === "=") chart.zoom(ZOOM);
  if (event.key === "-") chart.zoom(1 / ZOOM);
  if (event.key === "Escape") chart.point(undefined);
  return undefined;
}
