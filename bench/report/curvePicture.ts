import type { Figure } from "../benchmark.ts";
import type { Results } from "./results.ts";
import { INK, renderSvg } from "./svg.ts";
import { numberText } from "./text.ts";

/** What counts as flat. */
export const FLAT = 1.5;

type Point = readonly [ticks: number, times: number];

/**
 * Each curve as points of (ticks stored, cost against that at the fewest ticks): flat is a line at 1. A rate is turned
 * round, so that up is worse in every curve.
 */
export function relativeCosts(figures: readonly Figure[]): Map<string, Point[]> {
  const points = figures.flatMap(({ curve, value, unit }) =>
    curve === undefined ? [] : [{ ...curve, cost: unit.endsWith("/s") ? 1 / value : value }],
  );
  return new Map(
    [...new Set(points.map(({ name }) => name))].map((name) => {
      const sorted = points.filter((point) => point.name === name).toSorted((a, b) => a.ticks - b.ticks);
      const base = sorted[0]?.cost ?? Number.NaN;
      return [name, sorted.map(({ ticks, cost }): Point => [ticks, cost / base])];
    }),
  );
}

/** The curves of all results in one plot; undefined where there is none. */
export function curvePicture(results: Results): string | undefined {
  const figures = Object.values(results).flatMap((run) => run.figures);
  const curves = [...relativeCosts(figures)];
  if (curves.length === 0) return undefined;
  const all = curves.flatMap(([, points]) => points);
  const short = Object.values(results).some(({ size }) => size === "short");
  return renderSvg(980, 420, {
    title: {
      text: "Cost as the warehouse grows",
      subtext: `against the cost at the fewest ticks; 1 is flat${short ? "; short form: says nothing of speed" : ""}`,
      left: 10,
    },
    legend: { top: 46, left: 10 },
    grid: { left: 60, right: 40, top: 90, bottom: 50 },
    xAxis: {
      type: "log",
      name: "ticks stored",
      nameLocation: "middle",
      nameGap: 28,
      min: Math.min(...all.map(([ticks]) => ticks)),
      max: Math.max(...all.map(([ticks]) => ticks)),
      axisLabel: { formatter: numberText, color: INK },
    },
    yAxis: {
      type: "value",
      min: 0,
      max: Math.max(2, Math.ceil(Math.max(...all.map(([, times]) => times)) * 2) / 2),
      axisLabel: { formatter: (value: number) => `${value}×`, color: INK },
      splitLine: { lineStyle: { color: "#eee" } },
    },
    series: curves.map(([name, points], index) => ({
      name,
      type: "line",
      data: points.map((point) => [...point]),
      symbolSize: 8,
      ...(index === 0 && {
        markLine: {
          symbol: "none",
          silent: true,
          data: [{ yAxis: FLAT }],
          lineStyle: { color: "#c0392b" },
          label: { formatter: `${FLAT}×`, color: "#c0392b" },
        },
      }),
    })),
  });
}
