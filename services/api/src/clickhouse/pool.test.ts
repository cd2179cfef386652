import { describe, expect, it } from "vitest";
import { attemptOrder, COOL_DOWN_MS, NodePool, networkCode, UnreachableError } from "./pool.ts";

const node = (url: string, downUntilMs = 0) => ({ url, client: url, downUntilMs });
const failing = (code: string) => Object.assign(new Error(code), { code });

describe("attemptOrder", () => {
  it.each([
    {
      name: "starts with the node whose turn it is",
      nodes: [node("a"), node("b"), node("c")],
      turn: 1,
      order: "bca",
    },
    { name: "wraps around", nodes: [node("a"), node("b")], turn: 5, order: "ba" },
    { name: "asks a node that is down last", nodes: [node("a", 200), node("b")], turn: 0, order: "ba" },
    {
      name: "asks the one that recovers first before the other",
      nodes: [node("a", 300), node("b", 200)],
      turn: 0,
      order: "ba",
    },
    {
      name: "takes a node back after its cool-down",
      nodes: [node("a", 100), node("b")],
      turn: 0,
      order: "ab",
    },
    { name: "has nothing to offer without nodes", nodes: [], turn: 3, order: "" },
  ])("$name", ({ nodes, turn, order }) => {
    const urls = attemptOrder(nodes, turn, 100).map(({ url }) => url);
    expect(urls.join("")).toBe(order);
  });
});

describe("NodePool", () => {
  const poolOf = (urls: string, clock = { ms: 1_000 }) => ({
    clock,
    pool: new NodePool(
      [...urls].map((url) => node(url)),
      () => clock.ms,
    ),
  });

  it("passes on to the next node, and asks the dead one last until its cool-down is over", async () => {
    const { pool, clock } = poolOf("ab");
    const asked: string[] = [];
    const ask = () =>
      pool.run(async ({ url }) => {
        asked.push(url);
        if (url === "a") throw failing("ECONNREFUSED");
        return url;
      });
    await ask();
    await ask();
    await ask();
    expect(asked.join("")).toBe("abbb");
    clock.ms += COOL_DOWN_MS;
    await ask();
    await ask();
    expect(asked.join("")).toBe("abbb" + "bab");
  });

  it("tries a node a second time when its connection broke, which an old socket does", async () => {
    const { pool } = poolOf("a");
    let tries = 0;
    const answer = await pool.run(async () => {
      if (++tries === 1) throw failing("ECONNRESET");
      return "answer";
    });
    expect(answer).toBe("answer");
  });

  it("does not try another node when the query itself failed", async () => {
    const { pool } = poolOf("ab");
    let tries = 0;
    const failed = pool.run(async () => {
      tries++;
      throw new Error("syntax");
    });
    await expect(failed).rejects.toThrow("syntax");
    expect(tries).toBe(1);
  });

  it("names every node when none can be reached", async () => {
    const { pool } = poolOf("ab");
    const failed = pool.run(async () => Promise.reject(failing("ECONNREFUSED")));
    await expect(failed).rejects.toThrow(UnreachableError);
    await expect(failed).rejects.toThrow("tried a, b");
  });
});

describe("networkCode", () => {
  it.each([
    ["a refused connection", failing("ECONNREFUSED"), "ECONNREFUSED"],
    [
      "a name with several addresses that all refuse",
      new AggregateError([failing("ECONNREFUSED")]),
      "ECONNREFUSED",
    ],
    ["an answer's error", failing("62"), undefined],
    ["no error", "text", undefined],
  ])("reads %s", (_name, error, code) => {
    expect(networkCode(error)).toBe(code);
  });
});
