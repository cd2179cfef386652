import { describe, expect, it } from "vitest";
import { causeOf } from "./cause.ts";

describe("the cause of an error", () => {
  it.each([
    ["price is -1; accepted: a finite number, 0 or more", "price is …"],
    ['symbol is "a; accepted: b"; accepted: an instrument', "symbol is …"],
    ["event_time is missing; accepted: ISO 8601", "event_time is missing"],
    ['event_time is "2999-01-01T00:00:00Z"; accepted: at most 3600 s ahead of the clock', "event_time is …"],
    ["the line is no JSON object; accepted: one JSON object a line", "the line is no JSON object"],
    [
      'the line is no valid JSON, or its number "seq_id":18446744073709551616 is too large',
      "the line is no valid JSON",
    ],
    ["the message has 500000 line breaks; accepted: at most 10000", "the message has …"],
    ["Cannot parse input", "other"],
  ])("%s", (error, cause) => expect(causeOf(error)).toBe(cause));
});
