import { type Figure, type Goal, isMet } from "../benchmark.ts";
import type { Results } from "./results.ts";
import { FONT, INK, renderSvg } from "./svg.ts";
import { goalText, numberText } from "./text.ts";

const MET = "#2a7f62";
const MISSED = "#c0392b";
const ROW_HEIGHT = 30;

/** A figure against its goal: 1 is just met, 10 is ten times as good. */
export const timesGoal = (value: number, goal: Goal): number =>
  "atLeast" in goal ? value / goal.atLeast : goal.atMost / value;

interface Row {
  readonly label: string;
  readonly times: number;
  readonly text: string;
  readonly color: string;
}

/** Every figure that has a goal, on a logarithmic scale of how many times the goal it is; undefined where none has. */
export function goalPicture(results: Results): string | undefined {
  const rows = Object.entries(results).flatMap(([name, run]) =>
    run.figures.flatMap((figure) => rowsOf(name, figure)),
  );
  if (rows.length === 0) return undefined;
  const short = Object.values(results).some(({ size }) => size === "short");
  // The scale always holds the goal's line, with room for the text right of the longest bar.
  const times = rows.map((row) => row.times);
  const [low, high] = [Math.min(0.5, ...times), Math.max(2, ...times)];
  return renderSvg(980, rows.length * ROW_HEIGHT + 90, {
    title: {
      text: "Measured against goals",
      subtext: short
        ? "short form: shows that the bench works, and says nothing of speed"
        : "bars from the goal's line: right of it is better; logarithmic",
      left: 10,
    },
    grid: { left: 430, right: 20, top: 60, bottom: 30 },
    xAxis: {
      type: "log",
      min: low / 1.3,
      max: high * (high / low) ** 0.45,
      axisLabel: { formatter: (value: number) => `${numberText(value)}×` },
      splitLine: { lineStyle: { color: "#eee" } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows.map(({ label }) => label),
      axisLabel: { width: 415, overflow: "truncate", color: INK },
      axisTick: { show: false },
      axisLine: { show: false },
    },
    series: [
      {
        type: "custom",
        data: rows.map((row, index) => [row.times, index]),
        renderItem: (_params, api) => {
          const index = Number(api.value(1));
          const row = rows[index];
          const [x = 0, y = 0] = api.coord([row?.times ?? 1, index]);
          const [goal = 0] = api.coord([1, index]);
          return {
            type: "group",
            children: [
              {
                type: "rect",
                shape: { x: Math.min(x, goal), y: y - 8, width: Math.max(1, Math.abs(x - goal)), height: 16 },
                style: { fill: row?.color ?? INK },
              },
              {
                type: "text",
                x: Math.max(x, goal) + 6,
                y: y - 6,
                style: { text: row?.text ?? "", fill: INK, font: `12px ${FONT}` },
              },
            ],
          };
        },
        markLine: {
          symbol: "none",
          silent: true,
          data: [{ xAxis: 1 }],
          lineStyle: { color: INK, type: "solid" },
          label: { formatter: "goal", color: INK },
        },
      },
    ],
  });
}

function rowsOf(benchmark: string, { name, value, unit, goal }: Figure): Row[] {
  if (goal === undefined) return [];
  const met = isMet(value, goal);
  return [
    {
      label: `${benchmark}: ${name}`,
      times: timesGoal(value, goal),
      text: `${numberText(value)} ${unit} (${goalText(goal)}${met ? "" : ", missed"})`,
      color: met ? MET : MISSED,
    },
  ];
}
