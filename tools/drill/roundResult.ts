import type { Deviation } from "./compare/deviation.ts";
import type { PlannedFault } from "./faults/plan.ts";

/** Steps of a round, one after the other. */
export type Phase = "prepare" | "send" | "consume" | "settle" | "compare";

export interface RoundResult {
  readonly round: number;
  readonly faults: readonly PlannedFault[];
  /** Servers that fell besides, and were brought back. */
  readonly fell: readonly string[];
  /** Messages and lines that Kafka got, those that came twice counted twice. */
  readonly messages: number;
  readonly lines: number;
  /** Messages that came again, because their acknowledgement was not seen. */
  readonly again: number;
  /** Distinct ticks, and lines that are none. */
  readonly ticks: number;
  readonly broken: number;
  readonly bars: number;
  /** From the first fault until all was consumed and the API answered; undefined in a round without one. */
  readonly recoveryMs: number | undefined;
  /** Of it, until what was hurt was there again. */
  readonly backMs: number | undefined;
  readonly tookMs: number;
  /** Where the time went, one step after the other. */
  readonly phasesMs: Readonly<Record<Phase, number>>;
  readonly deviations: readonly Deviation[];
  /** What is left of them after a heal; undefined where there was none. */
  readonly afterHeal?: readonly Deviation[];
}
