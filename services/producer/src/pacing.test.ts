import { describe, expect, it } from "vitest";
import { type Clock, pace } from "./pacing.ts";
import type { FeedTick } from "./sources/source.ts";
import { never } from "./testing/collect.ts";

const at = (ms: number): FeedTick => ({
  symbol: "A",
  text: String(ms),
  kind: "trade",
  clockMicros: ms * 1000,
});

/** Time passes only by sleeping, and each sleep takes `lateMs` longer than asked for, as timers do. */
function slowClock(lateMs: number): Clock & { passMs(ms: number): void } {
  let nowMs = 5_000;
  return {
    nowMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms + lateMs;
    },
    passMs: (ms) => {
      nowMs += ms;
    },
  };
}

async function releases(ticks: FeedTick[], speed: number | "max", clock: Clock): Promise<[string, number][]> {
  const seen: [string, number][] = [];
  for await (const batch of pace([ticks], { speed, signal: never, clock })) {
    for (const { text } of batch) seen.push([text, clock.nowMs() - 5_000]);
  }
  return seen;
}

describe("pace", () => {
  it.each([
    [1, [0, 100, 250]],
    [10, [0, 10, 25]],
    [0.5, [0, 200, 500]],
  ])("releases ticks at their distance divided by speed %s", async (speed, expected) => {
    const seen = await releases([at(1000), at(1100), at(1250)], speed, slowClock(0));
    expect(seen.map(([, ms]) => ms)).toEqual(expected);
  });

  it("does not drift when every timer is late", async () => {
    const ticks = Array.from({ length: 1001 }, (_, i) => at(i * 10));
    const seen = await releases(ticks, 1, slowClock(3));
    const last = seen.at(-1)?.[1] ?? 0;
    expect(last).toBeGreaterThanOrEqual(10_000);
    expect(last).toBeLessThanOrEqual(10_003);
  });

  it("releases a tick whose time has passed at once, in its place", async () => {
    const seen = await releases([at(1000), at(1100), at(1020), at(1110)], 1, slowClock(0));
    expect(seen).toEqual([
      ["1000", 0],
      ["1100", 100],
      ["1020", 100],
      ["1110", 110],
    ]);
  });

  it("catches up with a slow reader in one batch and tells how late it is", async () => {
    const clock = slowClock(0);
    const batches: number[] = [];
    const lags: number[] = [];
    let due: number | undefined;
    const onDue = (dueMs: number | undefined): void => {
      due = dueMs;
    };
    const ticks = [at(0), at(10), at(20), at(30), at(100)];
    for await (const batch of pace([ticks], { speed: 1, signal: never, clock, onDue })) {
      if (batches.length === 0) clock.passMs(50);
      batches.push(batch.length);
      lags.push(due === undefined ? 0 : clock.nowMs() - due);
    }
    expect(batches).toEqual([1, 3, 1]);
    expect(lags).toEqual([50, 20, 0]);
    expect(due).toBeUndefined();
  });

  it("does not wait at all at full speed", async () => {
    const seen = await releases([at(0), at(1e9)], "max", slowClock(0));
    expect(seen.map(([, ms]) => ms)).toEqual([0, 0]);
  });

  it("ends without the ticks that are not due when it is stopped", async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const batch of pace([[at(0), at(3_600_000)]], { speed: 1, signal: stop.signal })) {
      seen.push(...batch.map(({ text }) => text));
      stop.abort();
    }
    expect(seen).toEqual(["0"]);
  });
});
