import { afterAll, beforeAll, expect, it } from "vitest";
import { type BarsEngine, startBarsEngine } from "../support/barsEngine.ts";
import { exactBarsOf } from "../support/exactLoop.ts";
import { makeFeed } from "../support/ticks.ts";

let engine: BarsEngine;
const feed = makeFeed({
  symbols: ["CLEAN", "TWICE"],
  exchange: "XNAS",
  trades: 2_000,
  startMicros: 1_763_121_600_000_000n,
  seed: 3,
});
beforeAll(async () => {
  engine = await startBarsEngine();
  await engine.ingest(feed);
  await engine.ingest(feed.filter(({ symbol, seq_id }) => symbol === "TWICE" && seq_id === 1_000));
});
afterAll(() => engine?.stop());

interface Figures {
  readonly elapsedMs: number[];
  readonly medianMs: number;
  readonly rowsRead: number;
}
interface Answer {
  readonly bars: number;
  readonly runs: number;
  readonly equal: boolean;
  readonly difference: { minute: string; fast: { volume: number }; slow: { volume: number } } | null;
  readonly fast: Figures;
  readonly slow: Figures;
  readonly speedup: number;
}
const ask = (symbol: string, more = "") =>
  engine.ask<Answer>(`/benchmark?symbol=${symbol}&limit=10000${more}`);

it("finds both paths equal, bit for bit, where nothing came twice", async () => {
  const answer = await ask("CLEAN", "&runs=4");
  expect(answer).toMatchObject({ symbol: "CLEAN", runs: 4, equal: true, difference: null });
  expect(answer.bars).toBe(exactBarsOf(feed, "CLEAN", 60).length);
  for (const path of [answer.fast, answer.slow]) {
    expect(path.elapsedMs).toHaveLength(4);
    for (const time of path.elapsedMs) expect(time).toBeGreaterThan(0);
    expect(path.medianMs).toBeGreaterThanOrEqual(Math.min(...path.elapsedMs));
    expect(path.medianMs).toBeLessThanOrEqual(Math.max(...path.elapsedMs));
    expect(path.rowsRead).toBeGreaterThan(0);
  }
  expect(answer.speedup).toBe(answer.slow.medianMs / answer.fast.medianMs);
});

it("tells the minute in which a tick came twice, with both bars", async () => {
  const { equal, difference, runs } = await ask("TWICE");
  const twice = feed.find(({ symbol, seq_id }) => symbol === "TWICE" && seq_id === 1_000);
  expect({ equal, runs }).toEqual({ equal: false, runs: 3 });
  expect(difference?.minute).toBe(`${twice?.event_time.slice(0, 16)}:00Z`);
  expect((difference?.fast.volume ?? 0) - (difference?.slow.volume ?? 0)).toBeCloseTo(twice?.size ?? 0, 9);
});
