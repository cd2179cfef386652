import { describe, expect, it, vi } from "vitest";
import type { Ranges } from "../../services/audit/src/index.ts";
import { Progress } from "./progress.ts";

const STALL_MS = 60_000;
const wanted = (ranges: Record<number, [number, number][]>): Map<number, Ranges> =>
  new Map(
    Object.entries(ranges).map(([partition, each]) => [
      Number(partition),
      each.map(([from, to]) => ({ from: BigInt(from), to: BigInt(to) })),
    ]),
  );

describe("Progress", () => {
  it("goes from wanted range to wanted range, and ends behind the last", async () => {
    const progress = new Progress(
      wanted({
        0: [
          [5, 8],
          [20, 22],
        ],
        2: [[1, 2]],
      }),
      STALL_MS,
    );
    expect([progress.position(0), progress.position(1), progress.position(2)]).toEqual([5n, undefined, 1n]);
    expect(progress.covered(0, 7n)).toEqual([{ from: 5n, to: 7n }]);
    expect(progress.advance(0, 7n)).toBe(7n);
    expect(progress.covered(0, 21n)).toEqual([
      { from: 7n, to: 8n },
      { from: 20n, to: 21n },
    ]);
    expect(progress.advance(0, 15n)).toBe(20n);
    // What was fetched again from before says nothing new.
    expect(progress.advance(0, 9n)).toBe(20n);
    expect(progress.advance(2, 100n)).toBeUndefined();
    expect(progress.advance(0, 22n)).toBeUndefined();
    await progress.finished;
  });

  it("has nothing to wait for where nothing is wanted", async () => {
    await new Progress(wanted({ 0: [] }), STALL_MS).finished;
  });

  it("takes one step after the other, and none after one that failed", async () => {
    const progress = new Progress(wanted({ 0: [[0, 9]] }), STALL_MS);
    const steps: string[] = [];
    let go = (): void => {};
    const first = progress.step(async () => {
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      steps.push("first");
    });
    const second = progress.step(async () => {
      steps.push("second");
      throw new Error("refused");
    });
    const third = progress.step(async () => void steps.push("third"));
    await Promise.resolve();
    go();
    await Promise.all([first, second, third]);
    expect(steps).toEqual(["first", "second"]);
    await expect(progress.finished).rejects.toThrow("refused");
  });

  it("gives up when nothing comes, and says what it waited for", async () => {
    vi.useFakeTimers();
    try {
      const progress = new Progress(wanted({ 0: [[5, 8]], 3: [[7, 9]] }), STALL_MS);
      vi.advanceTimersByTime(STALL_MS - 1);
      progress.advance(0, 6n);
      vi.advanceTimersByTime(STALL_MS);
      await expect(progress.finished).rejects.toThrow(
        "Kafka sent nothing for 60 s; next wanted (partition/offset): 0/6, 3/7",
      );
    } finally {
      vi.useRealTimers();
    }
  });
});
