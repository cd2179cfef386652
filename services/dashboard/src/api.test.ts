import { afterEach, describe, expect, it, vi } from "vitest";
import { type Answered, type Api, createApi, ProblemError, toQuery } from "./api.ts";

afterEach(() => void vi.unstubAllGlobals());

const stats = { elapsedMs: 1, rowsRead: 2, bytesRead: 3 };
const stubFetch = (answer: () => Promise<Response>) => {
  const fetch = vi.fn((_url: string, _init: RequestInit) => answer());
  vi.stubGlobal("fetch", fetch);
  return fetch;
};
const get = (api: Api) => api.get("/symbols", { symbol: "A/B" }, new AbortController().signal);

it("asks relative to the page, with the key, and notes what the answer cost", async () => {
  const fetch = stubFetch(async () => Response.json({ symbols: [], stats }));
  const answered: Answered[] = [];
  await get(
    createApi(
      () => "key",
      (entry) => answered.push(entry),
    ),
  );
  expect(fetch.mock.calls[0]?.[0]).toBe("./symbols?symbol=A%2FB");
  expect(fetch.mock.calls[0]?.[1].headers).toEqual({ "X-API-Key": "key" });
  expect(answered).toMatchObject([{ path: "/symbols", stats }]);
});

describe("an answer that is no success", () => {
  it.each([
    [
      "a problem",
      () => Response.json({ detail: "limit = 0; accepted: 1 to 10000" }, { status: 400 }),
      400,
      "limit = 0; accepted: 1 to 10000",
    ],
    [
      "something else",
      () => new Response("<html>", { status: 502, statusText: "Bad Gateway" }),
      502,
      "502 Bad Gateway",
    ],
  ])("shows the text of %s", async (_name, answer, status, message) => {
    stubFetch(async () => answer());
    const failed = get(
      createApi(
        () => undefined,
        () => {},
      ),
    );
    await expect(failed).rejects.toThrow(ProblemError);
    await expect(failed).rejects.toMatchObject({ status, message });
  });

  it("says so when nothing answers", async () => {
    stubFetch(async () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(
      get(
        createApi(
          () => undefined,
          () => {},
        ),
      ),
    ).rejects.toThrow("The API can't be reached");
  });
});

it("leaves out parameters that are not set", () => {
  expect(toQuery({ symbol: "A", from: undefined, to: "", limit: 5 })).toBe("?symbol=A&limit=5");
  expect(toQuery({})).toBe("");
});
