import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { startWithStub } from "./testing/startWithStub.ts";
import { rows } from "./testing/stubClickHouse.ts";

/** `fetch` sets the Host header itself; a browser sends whatever name led it here. */
const post = (url: string, headers: Record<string, string>): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(`${url}/dead-letters/replay`, { method: "POST", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on("error", reject);
    sent.end("{}");
  });

describe("a request that changes something", () => {
  it.each([
    ["evil.example:8000", undefined],
    ["evil.example:8000", "http://evil.example:8000"],
    ["127.0.0.1.evil.example", "http://127.0.0.1.evil.example"],
    ["localhost:8000", "http://localhost:8001"],
    ["localhost:8000", "not an origin"],
  ])("is refused for host %s from origin %s", async (host, origin) => {
    const { api } = await startWithStub(rows([]));
    const headers = { Host: host, "Content-Type": "application/json", ...(origin && { Origin: origin }) };
    const { status, text } = await post(api.url, headers);
    expect([status, JSON.parse(text).code]).toEqual([403, "forbidden"]);
  });

  it.each([
    ["localhost:8000", "http://localhost:8000"],
    ["127.0.0.1:8000", undefined],
    ["[::1]:8000", "http://[::1]:8000"],
  ])("is read for host %s from origin %s", async (host, origin) => {
    const { api } = await startWithStub(rows([]));
    const headers = { Host: host, "Content-Type": "application/json", ...(origin && { Origin: origin }) };
    // The body is wrong; it would not have been looked at.
    expect((await post(api.url, headers)).status).toBe(400);
  });

  it("is read from wherever the key is sent", async () => {
    const { api } = await startWithStub(rows([]), { apiKey: "right" });
    const headers = { Host: "desk.example", Origin: "https://desk.example", "X-API-Key": "right" };
    expect((await post(api.url, { ...headers, "Content-Type": "application/json" })).status).toBe(400);
  });
});
