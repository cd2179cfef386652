import { expect, it } from "vitest";
import type { Tick } from "../../api/types.ts";
import { mergeTicks } from "./tickList.ts";

const tick = (seqId: string, change: Partial<Tick> = {}): Tick => ({
  exchange: "TEST",
  eventTime: "2025-11-10T17:23:00.000001Z",
  seqId,
  eventType: "trade",
  price: 1,
  size: 1,
  side: "buy",
  sourceVersion: 1,
  ingestTime: "",
  kafkaPartition: 0,
  kafkaOffset: "0",
  kafkaLine: 0,
  replayOf: "",
  ...change,
});
const ids = (ticks: readonly Tick[]) => ticks.map(({ seqId }) => seqId);

it("is newest first, by time and then by number, which may be as long as 64 bits", () => {
  const late = tick("3", { eventTime: "2025-11-10T17:23:00.000002Z" });
  const merged = mergeTicks([tick("9")], [tick("10"), late, tick("18446744073709551615")]);
  expect(ids(merged)).toEqual(["3", "18446744073709551615", "10", "9"]);
});

it("shows a tick once that the question and the stream both brought", () => {
  expect(mergeTicks([tick("1"), tick("2")], [tick("2"), tick("3")])).toHaveLength(3);
});

it("shows a correction in place, and lets a busted trade go", () => {
  const corrected = tick("1", { price: 2, sourceVersion: 2 });
  expect(mergeTicks([tick("1")], [corrected])).toEqual([corrected]);
  expect(mergeTicks([corrected], [tick("1")])).toEqual([corrected]);
  expect(mergeTicks([tick("1")], [tick("1", { size: 0, sourceVersion: 2 })])).toEqual([]);
});

it("keeps both sides of a quote, which have one number", () => {
  const bid = tick("1", { eventType: "quote" });
  expect(mergeTicks([bid], [{ ...bid, side: "sell" }])).toHaveLength(2);
});

it("forgets the oldest", () => {
  expect(ids(mergeTicks([tick("1"), tick("2")], [tick("3")], 2))).toEqual(["3", "2"]);
});
