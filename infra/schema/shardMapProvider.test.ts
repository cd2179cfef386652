import { describe, expect, it } from "vitest";
import { type ShardMapProps, shardMapProvider } from "./shardMapProvider.ts";

const props = (shards: number, allowChange = false): ShardMapProps => ({ shards, allowChange, cluster: [] });
const reason = async (olds: ShardMapProps, news: ShardMapProps) =>
  (await shardMapProvider.check(olds, news))[0]?.reason;

describe("shardMapProvider.check", () => {
  it("refuses another number of shards than the data was spread over, and says how to go on", async () => {
    const refusal = await reason(props(2), props(3));
    expect(refusal).toContain("tickhouse:shards is 3, the data was spread over 2: most symbols would move");
    expect(refusal).toContain("Accepted: 2");
    expect(refusal).toContain("pulumi config set tickhouse:allowShardChange true");
    expect(refusal).toContain("destroy the stack, set it, bring it up");
  });

  it("says so when no node can be asked what would move", async () => {
    const node = { node: "n", url: "http://127.0.0.1:1", username: "u", password: "p", database: "d" };
    expect(await reason({ ...props(2), cluster: [node] }, props(3))).toContain("most symbols would move");
  });

  it("adds shards when that is allowed, and never takes one away", async () => {
    expect(await reason(props(2), props(3, true))).toBeUndefined();
    expect(await reason(props(3), props(2, true))).toContain("A shard is not taken away with its data");
  });

  it.each([
    ["the first time", undefined, 3],
    ["as long as it stays", props(3), 3],
  ])("accepts a number of shards %s", async (_, olds, shards) => {
    expect(await shardMapProvider.check(olds, props(shards))).toEqual([]);
  });
});
