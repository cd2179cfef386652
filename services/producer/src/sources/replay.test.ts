import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ProducerError } from "../errors.ts";
import { collect, line, never } from "../testing/collect.ts";
import { TICK_FIELDS } from "../tickSchema.ts";
import { parseMicros } from "../time.ts";
import { formatOf } from "./fileRows.ts";
import { createReplaySource, type ReplayOptions } from "./replay.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "producer-replay-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function replay(name: string, content: string | Buffer, options: Partial<ReplayOptions> = {}) {
  const file = join(folder, name);
  await writeFile(file, content);
  const skipped: string[] = [];
  const source = createReplaySource({
    file,
    format: formatOf(name) ?? "jsonl",
    speed: "max",
    shiftToNow: false,
    onBadRow: "fail",
    onSkipped: (problem) => skipped.push(problem),
    ...options,
  });
  const ticks: string[] = [];
  let error: unknown;
  try {
    await source.prepare();
    for await (const batch of source.read(never)) ticks.push(...batch.map(({ text }) => text));
  } catch (caught) {
    error = caught;
  }
  return { ticks, error, skipped, file };
}

const lines = Array.from({ length: 5 }, (_, i) => line(i));
const csv = (rows: readonly string[]): string =>
  [TICK_FIELDS.join(","), ...rows.map((row) => Object.values(JSON.parse(row)).join(","))].join("\n");

describe("replay", () => {
  it.each([
    ["ticks.jsonl", lines.join("\n")],
    ["ticks.ndjson", `${lines.join("\n")}\n`],
    ["windows.jsonl", `\uFEFF${lines.join("\r\n")}\r\n\r\n`],
    ["ticks.jsonl.gz", gzipSync(lines.join("\n"))],
    ["ticks.csv", csv(lines)],
    ["windows.csv", `\uFEFF${csv(lines).replaceAll("\n", "\r\n")}\r\n`],
    ["ticks.csv.gz", gzipSync(csv(lines))],
  ])("reads %s", async (name, content) => {
    expect(await replay(name, content)).toMatchObject({ ticks: lines, error: undefined });
  });

  it("reads a file larger than one chunk whole and in order", async () => {
    const many = Array.from({ length: 5_000 }, (_, i) => line(i));
    expect((await replay("many.jsonl", many.join("\n"))).ticks).toEqual(many);
    expect((await replay("many.csv", csv(many))).ticks).toEqual(many);
  });

  it("ends at a bad row with its place, after the good rows before it", async () => {
    const { ticks, error, file } = await replay(
      "bad.jsonl",
      [lines[0], line(1, { price: "x" }), lines[2]].join("\n"),
    );
    expect(ticks).toEqual([lines[0]]);
    expect(error).toBeInstanceOf(ProducerError);
    expect(error).toMatchObject({ code: "BAD_ROW" });
    expect(String(error)).toContain(`${file}:2: price = `);
    expect(String(error)).toContain("accepted: a number");
  });

  it("leaves bad rows out and tells each of them", async () => {
    const { ticks, skipped, file } = await replay("bad.jsonl", [lines[0], "{", "", lines[2]].join("\n"), {
      onBadRow: "skip",
    });
    expect(ticks).toEqual([lines[0], lines[2]]);
    expect(skipped).toEqual([expect.stringContaining(`${file}:2: row = {`)]);
  });

  it("sends bad rows as they are, alone in their message", async () => {
    const file = join(folder, "bad.jsonl");
    await writeFile(file, [lines[0], "{broken", line(1, { size: -5 })].join("\n"));
    const options = { file, format: "jsonl", speed: "max", shiftToNow: true, onBadRow: "send" } as const;
    const ticks = await collect(createReplaySource(options));
    expect(ticks.slice(1)).toEqual([
      { symbol: null, text: "{broken", kind: "bad", alone: true },
      { symbol: "AAPL", text: line(1, { size: -5 }), kind: "bad", alone: true },
    ]);
  });

  it("names the line of a bad CSV row", async () => {
    const rows = csv(lines).split("\n");
    rows[3] = `${rows[3]},one cell too many`;
    const { ticks, error } = await replay("bad.csv", rows.join("\n"));
    expect(ticks).toEqual(lines.slice(0, 2));
    expect(String(error)).toMatch(/bad\.csv:4: row = .*as many cells as the header/);
  });

  it("names the fields that a CSV header lacks", async () => {
    const { error } = await replay("bad.csv", "exchange,symbol\nXNAS,AAPL");
    expect(error).toMatchObject({ code: "FILE_UNREADABLE" });
    expect(String(error)).toContain("the header lacks event_time, seq_id");
  });

  it.each([
    ["cut.jsonl.gz", gzipSync(lines.join("\n").repeat(50)).subarray(0, 60)],
    ["text.jsonl.gz", Buffer.from("not gzip at all")],
    ["open.csv", `${csv(lines)}\n"never closed`],
  ])("reports that %s can't be read", async (name, content) => {
    const { error } = await replay(name, content, { onBadRow: "skip" });
    expect(error).toMatchObject({ code: "FILE_UNREADABLE" });
    expect(String(error)).toContain(name);
  });

  it("reports a missing file before anything is read", async () => {
    const options = { format: "jsonl", speed: "max", shiftToNow: false, onBadRow: "fail" } as const;
    const source = createReplaySource({ file: join(folder, "none.jsonl"), ...options });
    await expect(source.prepare()).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
  });

  it("shifts the first event to now and keeps all distances to the microsecond", async () => {
    const now = parseMicros("2030-01-01T00:00:00.123456Z") ?? 0n;
    const times = ["2025-11-14T14:30:00.000001Z", "2025-11-14T14:30:00Z", "2025-11-15T00:00:00.999999Z"];
    const content = times.map((event_time, i) => line(i, { event_time })).join("\n");
    const { ticks } = await replay("shift.jsonl", content, { shiftToNow: true, now: () => now });
    expect(ticks.map((text) => JSON.parse(text).event_time)).toEqual([
      "2030-01-01T00:00:00.123456Z",
      "2030-01-01T00:00:00.123455Z",
      "2030-01-01T09:30:01.123454Z",
    ]);
  });

  it("waits between rows as they were recorded", async () => {
    const content = [0, 40]
      .map((ms, i) => line(i, { event_time: `2025-11-14T14:30:00.0${ms || "00"}Z` }))
      .join("\n");
    const startMs = performance.now();
    await replay("paced.jsonl", content, { speed: 1 });
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(39);
  });
});
