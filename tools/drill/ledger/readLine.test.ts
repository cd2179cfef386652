import { describe, expect, it } from "vitest";
import { BREAKS } from "../feed/broken.ts";
import { type FeedTick, fieldsOf, writeTick } from "../feed/line.ts";
import { createRandom } from "../random.ts";
import { readLine } from "./readLine.ts";

const NOW = BigInt(Date.UTC(2026, 0, 1)) * 1_000n;
const TICK: FeedTick = {
  exchange: "XDRA",
  symbol: "D1R1A",
  micros: 1_739_058_599_123_450n,
  seqId: 7,
  type: "trade",
  price: 0.000_310_999_999_999_999_97,
  size: 12.5,
  side: "sell",
  version: 1,
};

const read = (line: string | Buffer) => readLine(Buffer.from(line), NOW);
const changed = (fields: Record<string, unknown>) => read(JSON.stringify({ ...fieldsOf(TICK), ...fields }));

describe("readLine", () => {
  it("reads a tick, however it is written down", () => {
    const expected = { ...TICK, seqId: 7n };
    const random = createRandom("readLine");
    for (let index = 0; index < 300; index += 1) expect(read(writeTick(TICK, random))).toEqual(expected);
  });

  it.each(Object.entries(BREAKS))("reads no tick where there is none: %s", (_, broken) => {
    const random = createRandom("broken");
    for (let index = 0; index < 50; index += 1) expect(read(broken(TICK, random))).toBeUndefined();
  });

  it("takes a first version where none is told, and 0 for 1", () => {
    expect(changed({ source_version: undefined })?.version).toBe(1);
    expect(changed({ source_version: 0 })?.version).toBe(1);
    expect(changed({ source_version: 5 })?.version).toBe(5);
  });

  it("takes a trade without a side, and no quote", () => {
    expect(changed({ side: undefined })?.side).toBe("unknown");
    expect(changed({ side: undefined, event_type: "quote" })).toBeUndefined();
  });

  it("takes times from 2 January 1970 to an hour ahead", () => {
    expect(changed({ event_time: "1970-01-02T00:00:00Z" })?.micros).toBe(86_400_000_000n);
    expect(changed({ event_time: "1970-01-01T23:59:59.999999Z" })).toBeUndefined();
    expect(changed({ event_time: "2026-01-01T01:00:00Z" })).toBeDefined();
    expect(changed({ event_time: "2026-01-01T01:00:00.000001Z" })).toBeUndefined();
  });
});
