import { describe, expect, it } from "vitest";
import { createMutex } from "./mutex.ts";

describe("createMutex", () => {
  it("runs one task at a time, in the order of asking, and goes on after one that failed", async () => {
    const oneAtATime = createMutex();
    const seen: string[] = [];
    const task = (name: string, turns: number, fails = false) =>
      oneAtATime(async () => {
        seen.push(`${name} begins`);
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([task("a", 9), task("b", 5, true), task("c", 1)]);
    expect(seen).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });
});
