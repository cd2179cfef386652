import { describe, expect, it } from "vitest";
import { type Known, lagOf, pipelineJson, stagesOf } from "./answer.ts";

const held = {
  parts: 3,
  rows: 100,
  bytes: 5_000,
  buffered: 7,
  fullestPartition: 2,
  diskFree: 10,
  diskTotal: 100,
};
const KNOWN: Known = {
  offsets: [
    { partition: 0, low: 0n, end: 100n, committed: 90n },
    { partition: 1, low: 5n, end: 25n, committed: undefined },
  ],
  nodes: [
    { name: "a", shard: "01", replica: 1, held },
    { name: "b", shard: "02", replica: 1, held: undefined },
  ],
  deadLetters: { total: 9, lastHour: 4, lastMinute: 3, causes: [{ cause: "price is …", count: 9 }] },
  recent: { ticks: { rows: 120, live: 60, age: ["2000", 9_000] }, dedup: 90, bars: 6 },
  barDelay: { pending: 2, computed: 5, delay: [800, 1_200] },
  visible: { p50: 210, p99: 400 },
  audit: undefined,
};
const NOTHING: Known = {
  offsets: undefined,
  nodes: [],
  deadLetters: undefined,
  recent: undefined,
  barDelay: undefined,
  visible: null,
  audit: undefined,
};

describe("the stages", () => {
  it("have rates a second, what waits, and latencies in milliseconds", () => {
    expect(stagesOf(KNOWN)).toEqual([
      { name: "source", rate: 1, lag: null, lagUnit: null, latencyMs: { p50: 2, p99: 9 } },
      { name: "ingest", rate: 2.05, lag: 30, lagUnit: "messages", latencyMs: null },
      { name: "buffer", rate: 2, lag: 7, lagUnit: "rows", latencyMs: null },
      { name: "ticks", rate: 2, lag: null, lagUnit: null, latencyMs: { p50: 210, p99: 400 } },
      { name: "dedup", rate: 1.5, lag: null, lagUnit: null, latencyMs: null },
      { name: "bars", rate: 0.1, lag: 2, lagUnit: "minutes", latencyMs: { p50: 800, p99: 1_200 } },
    ]);
  });

  it("say nothing of what is not known, and no latency of nothing", () => {
    for (const { rate, lag, latencyMs } of stagesOf(NOTHING))
      expect({ rate, lag, latencyMs }).toEqual({ rate: null, lag: null, latencyMs: null });
    const quiet = stagesOf({
      ...KNOWN,
      recent: { ticks: { rows: 5, live: 0, age: [0, 0] }, dedup: 0, bars: 0 },
    });
    expect(quiet[0]).toMatchObject({ rate: 0, latencyMs: null });
  });
});

it("tells offsets as text, and a node that is down without numbers", () => {
  const json = pipelineJson(KNOWN, ["b does not answer"], "2025-11-14T19:25:17.000Z");
  expect(json.partitions).toEqual([
    { partition: 0, endOffset: "100", committedOffset: "90", lag: 10 },
    { partition: 1, endOffset: "25", committedOffset: null, lag: 20 },
  ]);
  expect(json.nodes).toEqual([
    { name: "a", shard: "01", replica: 1, up: true, parts: 3, rows: 100, bytes: 5_000 },
    { name: "b", shard: "02", replica: 1, up: false, parts: null, rows: null, bytes: null },
  ]);
  expect(pipelineJson(NOTHING, [], "").partitions).toBeNull();
});

it("never has a lag below 0, where a topic was made anew", () => {
  expect(lagOf({ partition: 0, low: 0n, end: 3n, committed: 100n })).toBe(0);
});
