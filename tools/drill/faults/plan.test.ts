import { describe, expect, it } from "vitest";
import { FAULT_KINDS, partOf, planFaults, possibleKinds, type Victims } from "./plan.ts";

const DOCKER: Victims = {
  clickhouse: ["clickhouse-01", "clickhouse-02"],
  kafka: ["kafka-1"],
  keeper: ["keeper-1"],
  producer: ["producer"],
};
const LOCAL: Victims = { ...DOCKER, kafka: ["kafka"], keeper: [] };
const rounds = Array.from({ length: 200 }, (_, index) => index + 1);
const plans = rounds.map((round) => planFaults({ seed: 7, round, lines: 2_000 }, FAULT_KINDS, DOCKER));

describe("planFaults", () => {
  it("plans the same for the same words", () => {
    const plan = (seed: number) =>
      rounds.map((round) => planFaults({ seed, round, lines: 2_000 }, FAULT_KINDS, DOCKER));
    expect(plan(7)).toEqual(plans);
    expect(plan(8)).not.toEqual(plans);
  });

  it("leaves each tenth round alone, and no other", () => {
    expect(rounds.filter((_, index) => plans[index]?.length === 0)).toEqual(
      rounds.filter((round) => round % 10 === 0),
    );
  });

  it("comes to every kind before any comes again", () => {
    const first = plans.flatMap(([fault]) => (fault === undefined ? [] : [fault.kind]));
    for (let from = 0; from + FAULT_KINDS.length <= first.length; from += FAULT_KINDS.length)
      expect(new Set(first.slice(from, from + FAULT_KINDS.length))).toEqual(new Set(FAULT_KINDS));
  });

  it("hurts twice now and then, different parts of the stack", () => {
    const twice = plans.filter(({ length }) => length === 2);
    expect(twice.length).toBeGreaterThan(10);
    expect(twice.length).toBeLessThan(60);
    for (const [a, b] of twice)
      expect(partOf(a?.kind ?? "rebalance")).not.toBe(partOf(b?.kind ?? "rebalance"));
  });

  it("hurts each node in the middle of the feed, and pauses for 1 to 8 s", () => {
    const faults = plans.flat();
    for (const { kind, victim, atLines, forMs } of faults) {
      expect(DOCKER[partOf(kind)]).toContain(victim);
      expect(atLines).toBeGreaterThan(200);
      expect(atLines).toBeLessThan(1_600);
      if (kind.startsWith("pause")) expect(forMs).toBeGreaterThanOrEqual(1_000);
      expect(forMs).toBeLessThanOrEqual(kind.startsWith("pause") ? 8_000 : 1_500);
    }
    const nodes = faults.filter(({ kind }) => kind === "kill-clickhouse").map(({ victim }) => victim);
    expect(new Set(nodes)).toEqual(new Set(DOCKER.clickhouse));
  });
});

describe("possibleKinds", () => {
  it("leaves out what a target has no part for", () => {
    expect(possibleKinds(DOCKER)).toEqual(FAULT_KINDS);
    expect(possibleKinds(LOCAL)).toEqual(FAULT_KINDS.filter((kind) => !kind.endsWith("keeper")));
    expect(possibleKinds(DOCKER, false)).toEqual(
      FAULT_KINDS.filter((kind) => !/^pause-(clickhouse|kafka|keeper)$/.test(kind)),
    );
  });
});
