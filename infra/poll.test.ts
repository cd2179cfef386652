import { describe, expect, it } from "vitest";
import { pollUntil } from "./poll.ts";

describe("pollUntil", () => {
  it("asks until the answer is there", async () => {
    let asked = 0;
    expect(await pollUntil(10_000, () => (++asked === 4 ? "here" : undefined))).toBe("here");
    expect(asked).toBe(4);
  });

  it("asks once even where the deadline has passed", async () => {
    expect(await pollUntil(0, () => "here")).toBe("here");
  });

  it("gives up at the deadline, not after it", async () => {
    const start = Date.now();
    expect(await pollUntil(150, () => undefined)).toBeUndefined();
    expect(Date.now() - start).toBeLessThan(1_000);
  });

  it.each([0, false, "", null])("takes %j for an answer", async (answer) => {
    expect(await pollUntil(0, () => answer)).toBe(answer);
  });

  it("waits for an answer that takes its time", async () => {
    expect(await pollUntil(0, async () => Promise.resolve("late"))).toBe("late");
  });

  it("passes on what went wrong in asking", async () => {
    await expect(pollUntil(1_000, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  });
});
