import type { Api, BarsAnswer } from "../api.ts";
import { type Comparison, compare, type SideFigures } from "../benchmark.ts";
import { byId, byTestId, messageOf, setShare, show } from "../dom.ts";
import { formatBytes, formatCount, formatMs, formatRatio } from "../format.ts";
import { type Inputs, toParameters } from "../inputs.ts";
import { createRunButton } from "./runButton.ts";

const ROUNDS = 5;

/** Each figure's name in data-testid, where it is, and how it reads. */
const FIGURES: readonly (readonly [
  name: string,
  field: keyof SideFigures,
  format: (value: number) => string,
])[] = [
  ["ms", "elapsedMs", formatMs],
  ["trip", "roundTripMs", formatMs],
  ["rows", "rowsRead", formatCount],
  ["bytes", "bytesRead", formatBytes],
];

/** Wires the benchmark; `clear` forgets its figures when the inputs change. */
export function createBenchmarkPanel(
  api: Api,
  inputs: () => Inputs,
  onError: (error: unknown) => void,
): { clear(): void } {
  const button = byId("bench-run", HTMLButtonElement);
  const verdict = byId("bench-equal", HTMLElement);

  const say = (
    text: string,
    state: "idle" | "busy" | "good" | "different" | "bad",
    value?: boolean,
  ): void => {
    if (value === undefined) delete verdict.dataset["value"];
    else verdict.dataset["value"] = String(value);
    verdict.dataset["state"] = state;
    verdict.textContent = text;
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    const parameters = toParameters(inputs());
    say(`Round 1 of ${ROUNDS}…`, "busy");
    const comparison = await compare(
      (side) => api.get<BarsAnswer>(`/backtest/${side}`, parameters, signal),
      ROUNDS,
      (done) => {
        if (done < ROUNDS) say(`Round ${done + 1} of ${ROUNDS}…`, "busy");
      },
    );
    showFigures(comparison);
    const { bars, different } = comparison;
    if (bars === 0) say("No bars for these inputs: nothing to compare.", "idle");
    else if (different === 0)
      say(`Equal: ${formatCount(bars)} bars, the same to the last bit.`, "good", true);
    else {
      say(
        `Not equal: ${formatCount(different)} of ${formatCount(bars)} bars differ. The aggregates count duplicates and corrections again, or ticks came in between.`,
        "different",
        false,
      );
    }
  };

  const runButton = createRunButton(button, run, (error) => {
    say(messageOf(error), "bad");
    onError(error);
  });

  return {
    clear() {
      runButton.abort();
      showFigures(undefined);
      say("Run to compare both answers for these inputs.", "idle");
    },
  };
}

function showFigures(comparison: Comparison | undefined): void {
  const slowest = Math.max(comparison?.fast.elapsedMs ?? 0, comparison?.slow.elapsedMs ?? 0);
  for (const side of ["fast", "slow"] as const) {
    const figures = comparison?.[side];
    for (const [name, field, format] of FIGURES)
      show(byTestId(`bench-${side}-${name}`), figures?.[field], format(figures?.[field] ?? 0));
    setShare(byId(`bench-${side}-bar`, HTMLElement), slowest === 0 ? 0 : (figures?.elapsedMs ?? 0) / slowest);
  }
  for (const [name, field] of FIGURES) {
    const ratio = comparison === undefined ? undefined : comparison.slow[field] / comparison.fast[field];
    show(byTestId(`bench-ratio-${name}`), ratio, formatRatio(ratio ?? 0));
  }
}
