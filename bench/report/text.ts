import { type Figure, type Goal, isMet } from "../benchmark.ts";
import type { Results } from "./results.ts";

const NUMBER = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });

export const numberText = (value: number): string => NUMBER.format(value);

export const goalText = (goal: Goal): string =>
  "atLeast" in goal ? `≥ ${numberText(goal.atLeast)}` : `≤ ${numberText(goal.atMost)}`;

/** Rows of the terminal's table, a heading first. */
export function tableRows(results: Results): string[][] {
  const rows = Object.entries(results).flatMap(([name, { figures, size }]) =>
    figures.map((figure) => [
      name,
      figure.name,
      numberText(figure.value),
      figure.spread === undefined ? "" : figure.spread.map(numberText).join(" to "),
      figure.unit,
      figure.goal === undefined ? "" : goalText(figure.goal),
      verdict(figure, size === "short"),
    ]),
  );
  return [["benchmark", "figure", "median", "lowest to highest", "unit", "goal", "met"], ...rows];
}

function verdict({ value, goal }: Figure, short: boolean): string {
  if (goal === undefined) return "";
  if (short) return "short: says nothing";
  return isMet(value, goal) ? "met" : "NOT MET";
}

/** One line that counts the goals. */
export function goalsLine(results: Results): string {
  const runs = Object.values(results);
  if (runs.some(({ size }) => size === "short"))
    return "short form: the figures show that the bench works, not how fast anything is; their goals mean nothing";
  const figures = runs.flatMap((run) => run.figures);
  const verdicts = figures.flatMap(({ value, goal }) => (goal === undefined ? [] : [isMet(value, goal)]));
  return `${verdicts.filter(Boolean).length} of ${verdicts.length} goals met`;
}
