import type { ClickHouseClient } from "@clickhouse/client";
import { describe, expect, it } from "vitest";
import { createShard } from "./shard.ts";

/** Clients stand for themselves here: what is decided is which one is asked. */
const replicas = ["one", "two", "three"].map((name) => ({ name }) as unknown as ClickHouseClient);
const nameOf = (client: ClickHouseClient): string => (client as unknown as { name: string }).name;

describe("createShard", () => {
  it("stays with the replica that answered, and says when it is another one", async () => {
    const shard = createShard(1, "shard 1", replicas);
    const down = new Set(["one"]);
    const ask = () =>
      shard.run(async (client, fresh) => {
        if (down.has(nameOf(client))) throw new Error(`${nameOf(client)} is down`);
        return `${nameOf(client)} ${fresh ? "fresh" : "known"}`;
      });
    expect(await ask()).toBe("two fresh");
    expect(await ask()).toBe("two known");
    down.add("two");
    down.delete("one");
    expect(await ask()).toBe("three fresh");
    down.add("three");
    expect(await ask()).toBe("one fresh");
    down.add("one");
    await expect(ask()).rejects.toThrow("is down");
    down.clear();
    expect(await ask()).toMatch(/ fresh$/);
  });
});
