import { describe, expect, it } from "vitest";
import { Counters } from "./counters.ts";
import { formatBytes, progressLine, summaryLines } from "./progress.ts";

function counted(): Counters {
  const counters = new Counters();
  const messages = [{ key: "A", value: "", bytes: 1_234_567, kinds: ["first", "first", "duplicate"] }];
  counters.sent(messages);
  counters.sent(messages);
  counters.acked(messages);
  counters.dueMs = performance.now() - 1_250;
  return counters;
}

describe("progress", () => {
  it("shows rate, sent, acknowledged, bytes and lag in one line", () => {
    expect(progressLine(counted(), 12_345.6)).toBe("12,346 ticks/s | sent 6 | acked 3 | 1.2 MB | lag 1.3 s");
  });

  it("sums up what was acknowledged, by kind, and what was left out", () => {
    const counters = counted();
    counters.skipped = 2;
    const text = summaryLines("simulate A", "topic ticks", counters).join("\n");
    expect(text).toContain("from  simulate A");
    expect(text).toContain("ticks  3  (first 2, duplicate 1)");
    expect(text).toContain("messages  1");
    expect(text).toContain("skipped  2");
  });

  it.each([
    [0, "0 B"],
    [9_999, "9,999 B"],
    [12_345, "12.3 kB"],
    [1_500_000_000, "1.5 GB"],
  ])("writes %i bytes as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
