import type { Phase } from "./roundResult.ts";

/** Notes how long each phase took. */
export function createClock(): { phasesMs: Record<Phase, number>; ends(phase: Phase): void } {
  const phasesMs: Record<Phase, number> = { prepare: 0, send: 0, consume: 0, settle: 0, compare: 0 };
  let fromMs = Date.now();
  return {
    phasesMs,
    ends(phase) {
      phasesMs[phase] = Date.now() - fromMs;
      fromMs = Date.now();
    },
  };
}
