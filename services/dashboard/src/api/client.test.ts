import { afterEach, describe, expect, it, vi } from "vitest";
import { type Answered, createApi, toQuery } from "./client.ts";
import { ProblemError } from "./problem.ts";

afterEach(() => void vi.unstubAllGlobals());

const stats = { elapsedMs: 1, rowsRead: 2, bytesRead: 3 };
const stubFetch = (answer: () => Promise<Response>) => {
  const fetch = vi.fn((_url: string, _init: RequestInit) => answer());
  vi.stubGlobal("fetch", fetch);
  return fetch;
};
const setUp = (key?: string) => {
  const answered: Answered[] = [];
  const problems: ProblemError[] = [];
  const api = createApi({
    readKey: () => key,
    onAnswer: (entry) => answered.push(entry),
    onProblem: (problem) => problems.push(problem),
  });
  const { signal } = new AbortController();
  return { answered, problems, api, get: () => api.get("/symbols", { symbol: "A/B" }, signal), signal };
};

it("asks relative to the page, with the key, and notes what the answer cost", async () => {
  const fetch = stubFetch(async () => Response.json({ symbols: [], stats }));
  const { answered, get } = setUp("key");
  await get();
  expect(fetch.mock.calls[0]?.[0]).toBe("./symbols?symbol=A%2FB");
  expect(fetch.mock.calls[0]?.[1].headers).toEqual({ "X-API-Key": "key" });
  expect(answered).toMatchObject([{ path: "/symbols", stats }]);
});

it("posts JSON", async () => {
  const fetch = stubFetch(async () => Response.json({ replayed: [] }));
  const { api, signal } = setUp("key");
  await api.post("/dead-letters/replay", { places: ["0/1/0"] }, signal);
  expect(fetch.mock.calls[0]?.[1]).toMatchObject({
    method: "POST",
    body: '{"places":["0/1/0"]}',
    headers: { "Content-Type": "application/json", "X-API-Key": "key" },
  });
});

describe("an answer that is no success", () => {
  it.each([
    [
      "a problem",
      () => Response.json({ detail: "limit = 0; accepted: 1" }, { status: 400 }),
      400,
      "limit = 0; accepted: 1",
    ],
    [
      "something else",
      () => new Response("<html>", { status: 502, statusText: "Bad Gateway" }),
      502,
      "502 Bad Gateway",
    ],
  ])("shows the text of %s, and tells the session", async (_name, answer, status, message) => {
    stubFetch(async () => answer());
    const { get, problems } = setUp();
    await expect(get()).rejects.toMatchObject({ name: "ProblemError", status, message });
    expect(problems).toMatchObject([{ status, message }]);
  });

  it("says so when nothing answers", async () => {
    stubFetch(async () => Promise.reject(new TypeError("Failed to fetch")));
    const { get } = setUp();
    await expect(get()).rejects.toEqual(new ProblemError(0, "The API can't be reached."));
  });
});

it("leaves out parameters that are not set", () => {
  expect(toQuery({ symbol: "A", from: undefined, to: "", limit: 5 })).toBe("?symbol=A&limit=5");
  expect(toQuery({})).toBe("");
});
