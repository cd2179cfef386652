import { request } from "node:http";
import { expect, it } from "vitest";
import { createAgent } from "./agent.ts";

it("gives up on a host that swallows packets, with a code that means unreachable", async () => {
  // 192.0.2.0/24 is reserved for documentation (RFC 5737): nothing answers there.
  const url = "http://192.0.2.1:8123";
  const agent = createAgent(url, 50);
  const error = await new Promise<unknown>((resolve) => {
    request(url, { agent }).once("error", resolve).end();
  });
  expect(["ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH", "ECONNREFUSED"]).toContain(
    (error as { code?: string }).code,
  );
  agent.destroy();
});
