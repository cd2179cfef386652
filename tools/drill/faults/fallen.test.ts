import { expect, it } from "vitest";
import { watchFallen } from "./fallen.ts";
import type { Servers } from "./servers.ts";

it("brings back what fell, asks now and then only, and remembers it", async () => {
  const dead = new Set(["clickhouse-02"]);
  let asked = 0;
  const servers: Servers = {
    names: { clickhouse: ["clickhouse-01", "clickhouse-02"], kafka: [], keeper: [] },
    canPause: true,
    kill: async () => undefined,
    async revive(name) {
      dead.delete(name);
    },
    async fallen() {
      asked += 1;
      return [...dead];
    },
    pause: async () => undefined,
    resume: async () => undefined,
  };
  let nowMs = 0;
  const fallen = watchFallen(servers, () => nowMs);
  await fallen.raise();
  await fallen.raise();
  expect([asked, [...dead], fallen.names]).toEqual([1, [], ["clickhouse-02"]]);
  nowMs = 3_000;
  await fallen.raise();
  expect([asked, fallen.names]).toEqual([2, ["clickhouse-02"]]);
});
