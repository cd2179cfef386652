import { expect, it } from "vitest";
import { rowBinary } from "./rowBinary.ts";

const TICK = {
  exchange: "XNAS",
  symbol: "AAPL",
  event_time: "1970-01-01T00:00:01.000002Z",
  seq_id: 258,
  event_type: "quote",
  price: 0.5,
  size: 2,
  side: "sell",
  source_version: 3,
} as const;

it("writes names with their length, then numbers from their lowest byte", () => {
  const bytes = rowBinary([TICK]);
  expect(bytes.subarray(0, 10)).toEqual(Buffer.from("\x04XNAS\x04AAPL", "latin1"));
  const rest = bytes.subarray(10);
  expect(rest.readBigInt64LE(0)).toBe(1_000_002n);
  expect([...rest.subarray(8, 16)]).toEqual([2, 1, 0, 0, 0, 0, 0, 0]);
  expect([rest[16], rest.readDoubleLE(17), rest.readDoubleLE(25), rest[33]]).toEqual([2, 0.5, 2, 2]);
  expect([34, 38, 42].map((at) => rest.readUInt32LE(at))).toEqual([3, 0, 1]);
  expect(rest).toHaveLength(46);
});

it("numbers the lines of a message", () => {
  const bytes = rowBinary([TICK, TICK]);
  const line = (index: number) => bytes.readUInt32LE(index * 56 + 10 + 38);
  expect([line(0), line(1)]).toEqual([0, 1]);
});

it("refuses a name whose length takes more than a byte", () => {
  expect(() => rowBinary([{ ...TICK, symbol: "A".repeat(128) }])).toThrow("has 128 bytes");
});
