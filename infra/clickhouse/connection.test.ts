import { describe, expect, it } from "vitest";
import { freePorts } from "../../tests/support/freePort.ts";
import { isUnreachable, withNode } from "./connection.ts";

describe("isUnreachable", () => {
  it.each([
    [Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), true],
    [Object.assign(new Error("read"), { code: "ECONNRESET" }), true],
    [new Error("Timeout error."), true],
    [new Error("socket hang up"), true],
    [Object.assign(new Error("Table x does not exist"), { code: "60" }), false],
    [new Error("Syntax error"), false],
  ])("%s: %s", (error, expected) => {
    expect(isUnreachable(error)).toBe(expected);
  });
});

describe("withNode", () => {
  it("names the node and its address when nothing answers there", async () => {
    const [port] = await freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    const connection = {
      node: "clickhouse-01",
      url,
      username: "owner",
      password: "hidden",
      database: "tickhouse",
    };
    await expect(withNode(connection, (session) => session.run("SELECT 1"))).rejects.toMatchObject({
      code: "NODE_UNREACHABLE",
      message: `clickhouse-01 does not answer at ${url}: ECONNREFUSED`,
    });
  });
});
