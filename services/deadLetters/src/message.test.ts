import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inRequests, replayMessage } from "./message.ts";

const place = { topic: "ticks", partition: 2, offset: 40n, line: 7 };

describe("the message of a replay", () => {
  it("has the very bytes, and says what it is a replay of", () => {
    const raw = Buffer.from([0xff, 0, 10, 0x7b]);
    expect(replayMessage({ place, raw })).toEqual({
      key: null,
      value: raw,
      headers: { "tickhouse-replay-of": "ticks/2/40/7" },
    });
  });

  it.each([
    ['{"symbol":"AAPL","price":-1}', "AAPL"],
    ['{"symbol":""}', null],
    ['{"symbol":5}', null],
    ['{"symbol":"AAPL"', null],
    ["null", null],
    ['"AAPL"', null],
  ])("of %s has the key %s", (text, key) => {
    expect(replayMessage({ place, raw: Buffer.from(text) }).key).toBe(key);
  });

  it("can be of a corrected text", () => {
    const { key, value } = replayMessage({ place, raw: Buffer.from("x") }, '{"symbol":"é"}');
    expect([key, String(value)]).toEqual(["é", '{"symbol":"é"}']);
  });
});

describe("inRequests", () => {
  it("keeps every item in order, and its bound unless an item alone exceeds it", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.integer({ min: 1, max: 60 }), (sizes, maxBytes) => {
        const groups = [...inRequests(sizes, maxBytes, (size) => size)];
        expect(groups.flat()).toEqual(sizes);
        for (const group of groups) {
          const bytes = group.reduce((sum, size) => sum + size, 0);
          expect(group.length === 1 || bytes <= maxBytes).toBe(true);
        }
      }),
    );
  });
});
