import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLatencies } from "./latencies.ts";

const rowsAt = (ingestMs: number, rows: number, key = String(ingestMs)) => ({ key, ingestMs, rows });

describe("how long rows take until they can be queried", () => {
  it("leaves out what the first look shows", () => {
    const latencies = createLatencies(60_000);
    latencies.observe([rowsAt(1_000, 5)], 9_000);
    expect(latencies.percentiles()).toBeNull();
    latencies.observe([rowsAt(1_000, 5)], 9_200);
    expect(latencies.percentiles()).toBeNull();
    latencies.observe([rowsAt(1_000, 5), rowsAt(9_100, 1)], 9_400);
    expect(latencies.percentiles()).toEqual({ p50: 300, p99: 300 });
  });

  it("counts the rows of a group that come later when they come", () => {
    const latencies = createLatencies(60_000);
    latencies.observe([], 0);
    latencies.observe([rowsAt(100, 1)], 200);
    latencies.observe([rowsAt(100, 100)], 5_100);
    expect(latencies.percentiles()).toEqual({ p50: 5_000, p99: 5_000 });
  });

  it("begins anew after a failure and after a pause, and forgets what is over a minute old", () => {
    const latencies = createLatencies(60_000);
    latencies.observe([], 0);
    latencies.observe([rowsAt(0, 1)], 100);
    latencies.interrupt();
    latencies.observe([rowsAt(0, 1), rowsAt(50, 1)], 50_000);
    expect(latencies.percentiles()).toEqual({ p50: 100, p99: 100 });
    latencies.observe([], 60_100);
    expect(latencies.percentiles()).toBeNull();
    latencies.forget();
    latencies.observe([rowsAt(60_000, 1)], 60_500);
    expect(latencies.percentiles()).toBeNull();
  });

  it("is the nearest rank of all rows, however they are grouped", () => {
    const groups = fc.array(fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 50 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(groups, (made) => {
        const latencies = createLatencies(60_000);
        latencies.observe([], 0);
        latencies.observe(
          made.map(([latency, rows], index) => rowsAt(10_000 - latency, rows, String(index))),
          10_000,
        );
        const each = made
          .flatMap(([latency, rows]) => Array<number>(rows).fill(latency))
          .sort((a, b) => a - b);
        const nearest = (share: number) => each[Math.ceil(each.length * share) - 1];
        expect(latencies.percentiles()).toEqual({ p50: nearest(0.5), p99: nearest(0.99) });
      }),
    );
  });
});
