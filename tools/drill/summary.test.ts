import { describe, expect, it } from "vitest";
import type { Deviation, DeviationKind } from "./compare/deviation.ts";
import type { FaultKind } from "./faults/plan.ts";
import { judge } from "./judge.ts";
import type { RoundResult } from "./roundResult.ts";
import { reproduce } from "./show.ts";
import { summarise } from "./summary.ts";

const deviation = (kind: DeviationKind): Deviation => ({ kind, what: "", expected: "", actual: "" });
const roundOf = (kinds: FaultKind[], recoveryMs: number, ...deviations: Deviation[]): RoundResult => ({
  round: 1,
  fell: [],
  faults: kinds.map((kind) => ({ kind, victim: "", atLines: 1, forMs: 0 })),
  messages: 10,
  lines: 20,
  again: 0,
  ticks: 15,
  broken: 2,
  bars: 30,
  recoveryMs,
  backMs: recoveryMs,
  tookMs: 1,
  phasesMs: { prepare: 0, send: 0, consume: 0, settle: 0, compare: 0 },
  deviations,
});
const COMPLETE = { verdict: "complete", missing: 0, problems: [] };

describe("summarise", () => {
  it("adds up, and tells recovery by the kind of fault", () => {
    const summary = summarise([
      roundOf(["kill-kafka"], 3_000),
      roundOf(["kill-kafka"], 1_000, deviation("lost"), deviation("wrong bar")),
      roundOf(["rebalance", "kill-kafka"], 5_000, deviation("doubled")),
    ]);
    expect(summary).toMatchObject({ rounds: 3, messages: 30, ticks: 45, lost: 1, doubled: 1, wrongBars: 1 });
    expect(summary.faults).toEqual({ "kill-kafka": 2, "kill-kafka+rebalance": 1 });
    expect(summary.recovery["kill-kafka"]).toEqual({ count: 2, minMs: 1_000, medianMs: 2_000, maxMs: 3_000 });
  });
});

describe("judge", () => {
  const lossy = summarise([roundOf(["kill-clickhouse"], 1, deviation("lost"), deviation("wrong bar"))]);
  const clean = summarise([roundOf(["kill-clickhouse"], 1)]);
  const healed = summarise([
    { ...roundOf(["kill-clickhouse"], 1, deviation("lost"), deviation("wrong bar")), afterHeal: [] },
  ]);

  it("passes what is clean, and fails each kind of deviation", () => {
    expect(judge(clean, {}, COMPLETE, undefined)).toEqual([]);
    for (const kind of ["lost", "doubled", "wrong bar", "dead letter", "not in Kafka"] as const)
      expect(judge(summarise([roundOf([], 1, deviation(kind))]), {}, COMPLETE, undefined)).toHaveLength(1);
  });

  it("fails what could not be run to its end, and what the audit does not find complete", () => {
    expect(judge(clean, {}, COMPLETE, "round 2: no answer")).toHaveLength(1);
    expect(judge(clean, {}, { verdict: "incomplete", missing: 3, problems: [] }, undefined)).toHaveLength(1);
  });

  it("fails where loss was expected and none came, and only there", () => {
    expect(judge(clean, { expectLoss: true }, COMPLETE, undefined)).toHaveLength(1);
    const incomplete = { verdict: "incomplete", missing: 3, problems: [] };
    expect(judge(lossy, { expectLoss: true }, incomplete, undefined)).toEqual([]);
  });

  it("asks of a heal that nothing is lost any more", () => {
    expect(judge(healed, { expectLoss: true, heal: true }, COMPLETE, undefined)).toEqual([]);
    expect(judge(lossy, { expectLoss: true, heal: true }, COMPLETE, undefined)).toHaveLength(2);
  });
});

describe("reproduce", () => {
  const options = { stack: "dev", rounds: 10, seed: 7, ticks: 2_000 };

  it("says what makes the round another one, and nothing else", () => {
    expect(reproduce(options, 13)).toBe("npm run drill -- --seed 7 --round 13");
    expect(reproduce({ ...options, stack: "docker", ticks: 500, faults: ["rebalance"] }, 2)).toBe(
      "npm run drill -- --stack docker --seed 7 --round 2 --ticks 500 --faults rebalance",
    );
  });
});
