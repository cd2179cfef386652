import { describe, expect, it } from "vitest";
import { ProblemError, retryAfterMs, toProblem } from "./problem.ts";

const NOW = Date.parse("2025-11-10T17:23:00Z");

describe("retryAfterMs", () => {
  it.each([
    ["7", 7_000],
    ["Mon, 10 Nov 2025 17:23:30 GMT", 30_000],
    ["Mon, 10 Nov 2025 17:22:30 GMT", 0],
    ["soon", undefined],
    ["", undefined],
    [null, undefined],
  ])("reads %s", (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });
});

describe("toProblem", () => {
  it("reads detail, parameters and Retry-After", async () => {
    const body = { detail: "symbol is missing", errors: [{ parameter: "symbol" }, { parameter: "limit" }] };
    const problem = await toProblem(Response.json(body, { status: 429, headers: { "Retry-After": "3" } }));
    expect(problem).toMatchObject({
      message: "symbol is missing",
      parameters: ["symbol", "limit"],
      retryAfterMs: 3_000,
    });
  });
});

describe("isFinal", () => {
  it.each([
    [0, false],
    [400, true],
    [401, true],
    [422, true],
    [429, false],
    [503, false],
  ])("of status %i is %s", (status, isFinal) => {
    expect(new ProblemError(status, "").isFinal).toBe(isFinal);
  });
});
