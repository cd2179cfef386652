import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldSpans } from "./jsonSpans.ts";

const fieldOf = (text: string, key: string): string | undefined => {
  const span = fieldSpans(text).get(key);
  return span === undefined ? undefined : text.slice(...span);
};

describe("fieldSpans", () => {
  it.each([
    ['{"price":0.00031099999999999997}', "price", "0.00031099999999999997"],
    ['{"seq_id":18446744073709551615,"a":1}', "seq_id", "18446744073709551615"],
    ['{ "a" : 5e-05 , "b":1}', "a", "5e-05"],
    ['{"a":{"price":1},"price":2}', "price", "2"],
    ['{"a":"\\"price\\":3,}","price":2}', "price", "2"],
    ['{"a":[1,{"b":"]"}],"b":true}', "a", '[1,{"b":"]"}]'],
    ['{"\\u0061":1}', "a", "1"],
    ['{"a":1,"a":2}', "a", "2"],
  ])("in %s finds %s", (text, key, value) => {
    expect(fieldOf(text, key)).toBe(value);
  });

  it("finds every field of any object, however it is indented", () => {
    const anyObject = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(anyObject, fc.constantFrom(undefined, 1, "\t"), (object, indent) => {
        const text = JSON.stringify(object, null, indent);
        const expected: Record<string, unknown> = JSON.parse(text);
        const spans = fieldSpans(text);
        expect([...spans.keys()].sort()).toEqual(Object.keys(expected).sort());
        for (const [key, span] of spans) expect(JSON.parse(text.slice(...span))).toEqual(expected[key]);
      }),
    );
  });
});
