import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fullId, parsePlace, shortId } from "./place.ts";

const places = fc.record({
  topic: fc.stringMatching(/^[A-Za-z0-9._-]{1,249}$/),
  partition: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  line: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});

describe("an ID", () => {
  it("is read back, with its topic or without it", () => {
    fc.assert(
      fc.property(places, fc.constantFrom("ticks", "other"), (place, topic) => {
        expect(parsePlace(fullId(place), topic)).toEqual(place);
        expect(parsePlace(shortId(place, topic), topic)).toEqual(place);
      }),
    );
  });

  it("has no topic where it is the usual one", () => {
    const place = { topic: "ticks", partition: 3, offset: 12n, line: 0 };
    expect(shortId(place, "ticks")).toBe("3/12/0");
    expect(shortId(place, "other")).toBe("ticks/3/12/0");
  });

  it.each([
    "",
    "3",
    "3/12",
    "3/12/",
    "a/b/c",
    "-1/2/0",
    "1.5/2/0",
    "2147483648/0/0",
    "0/9223372036854775808/0",
  ])("is not %j", (text) => {
    expect(() => parsePlace(text, "ticks")).toThrow(
      `ID ${JSON.stringify(text)} is none of a dead letter; accepted: PARTITION/OFFSET/LINE (0/1234/0) or TOPIC/PARTITION/OFFSET/LINE (ticks/0/1234/0)`,
    );
  });
});
