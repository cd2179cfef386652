import { expect, it } from "vitest";
import { cpuSeconds, cpuTicks } from "./processes.ts";

it("counts user and system time behind a name with blanks and parentheses", () => {
  const stat = "4242 (node (a) b) S 1 4242 4242 0 -1 4194560 9 8 7 6 150 25 3 2 20 0 11 0 1234 99 88";
  expect(cpuTicks(stat)).toBe(175);
});

it("refuses a line without times", () => {
  expect(() => cpuTicks("4242 (node) S 1")).toThrow("no CPU times");
});

it.runIf(process.platform === "linux")("measures this process", () => {
  const before = cpuSeconds([process.pid]);
  const end = performance.now() + 5_000;
  while (cpuSeconds([process.pid]) - before < 0.05)
    if (performance.now() > end) throw new Error("five busy seconds took no CPU time");
});
