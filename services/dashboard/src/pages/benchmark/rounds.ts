import type { BenchmarkAnswer } from "../../api/types.ts";

/** Benchmarks of this tab that asked for the same. */
export interface Round {
  readonly key: string;
  readonly at: number;
  readonly answer: BenchmarkAnswer;
}

/** Rounds that are kept. */
const KEPT = 50;

/** Adds a round; one of another question begins anew. Pure. */
export const addRound = (rounds: readonly Round[], round: Round): readonly Round[] =>
  [...rounds.filter(({ key }) => key === round.key), round].slice(-KEPT);

/** Times of every run of every round, in the order in which they ran. Pure. */
export const allRuns = (rounds: readonly Round[], side: "fast" | "slow"): readonly number[] =>
  rounds.flatMap(({ answer }) => answer[side].elapsedMs);
