import { describe, expect, it } from "vitest";
import { shardMapProvider } from "./shardMapProvider.ts";

describe("shardMapProvider.check", () => {
  it("refuses another number of shards than the data was spread over, and says how to start over", async () => {
    const [failure, ...others] = await shardMapProvider.check({ shards: 2 }, { shards: 3 });
    expect(others).toEqual([]);
    expect(failure?.property).toBe("shards");
    expect(failure?.reason).toContain("tickhouse:shards is 3, the data was spread over 2");
    expect(failure?.reason).toContain("Accepted: 2");
    expect(failure?.reason).toContain("npm run down");
  });

  it.each([
    ["the first time", undefined, 3],
    ["as long as it stays", { shards: 3 }, 3],
  ])("accepts a number of shards %s", async (_, olds, shards) => {
    expect(await shardMapProvider.check(olds, { shards })).toEqual([]);
  });
});
