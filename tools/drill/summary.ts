import type { Deviation, DeviationKind } from "./compare/deviation.ts";
import type { RoundResult } from "./roundResult.ts";

/** Deviations by what they count as. */
export interface Counts {
  readonly lost: number;
  readonly doubled: number;
  readonly wrongBars: number;
  readonly wrongDeadLetters: number;
  readonly notInKafka: number;
}

/** Least, middle and most of some milliseconds. */
export interface Spread {
  readonly count: number;
  readonly minMs: number;
  readonly medianMs: number;
  readonly maxMs: number;
}

export interface Summary extends Counts {
  readonly rounds: number;
  readonly messages: number;
  readonly ticks: number;
  readonly bars: number;
  readonly broken: number;
  /** Rounds of each kind of fault; two at once make a kind of their own, `kill-kafka+rebalance`. */
  readonly faults: Readonly<Record<string, number>>;
  readonly recovery: Readonly<Record<string, Spread>>;
  /** What was left after heals; the same as before where there were none. */
  readonly afterHeal: Counts;
}

export function countDeviations(deviations: readonly Deviation[]): Counts {
  const count = (kind: DeviationKind): number => deviations.filter((each) => each.kind === kind).length;
  return {
    lost: count("lost"),
    doubled: count("doubled"),
    wrongBars: count("wrong bar"),
    wrongDeadLetters: count("dead letter"),
    notInKafka: count("not in Kafka"),
  };
}

export const faultName = ({ faults }: Pick<RoundResult, "faults">): string =>
  faults.length === 0
    ? "none"
    : faults
        .map(({ kind }) => kind)
        .sort()
        .join("+");

/** What all rounds come to. Pure. */
export function summarise(results: readonly RoundResult[]): Summary {
  const sum = (of: (result: RoundResult) => number): number => results.reduce((all, one) => all + of(one), 0);
  const faults: Record<string, number> = {};
  const times: Record<string, number[]> = {};
  for (const result of results) {
    const name = faultName(result);
    faults[name] = (faults[name] ?? 0) + 1;
    if (result.recoveryMs !== undefined) times[name] = [...(times[name] ?? []), result.recoveryMs];
  }
  return {
    rounds: results.length,
    messages: sum(({ messages }) => messages),
    ticks: sum(({ ticks }) => ticks),
    bars: sum(({ bars }) => bars),
    broken: sum(({ broken }) => broken),
    ...countDeviations(results.flatMap(({ deviations }) => deviations)),
    afterHeal: countDeviations(results.flatMap(({ deviations, afterHeal }) => afterHeal ?? deviations)),
    faults,
    recovery: Object.fromEntries(Object.entries(times).map(([name, values]) => [name, spread(values)])),
  };
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? 0;
  const last = sorted.length - 1;
  return {
    count: sorted.length,
    minMs: at(0),
    medianMs: (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2,
    maxMs: at(last),
  };
}
