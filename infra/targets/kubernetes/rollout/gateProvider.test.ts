import { beforeEach, describe, expect, it, vi } from "vitest";
import type { GateInputs } from "./gateProvider.ts";
import type { MemberState } from "./member.ts";

const states = new Map<string, MemberState>();
let syncProblem: string | undefined;
vi.mock("./member.ts", () => ({
  readMember: async (_place: unknown, member: string) => states.get(member) ?? "absent",
  tellPod: async () => "its pod is Pending",
}));
vi.mock("./health.ts", () => ({ syncProblem: async () => syncProblem }));
const { gateProvider } = await import("./gateProvider.ts");

const INPUTS: GateInputs = {
  place: { context: "", namespace: "ns" },
  member: "clickhouse-01",
  others: ["clickhouse-02", "clickhouse-03"],
  revision: "new",
  closed: true,
  deadlineSeconds: 0,
  health: { kind: "keeper" },
};
const settled = (revision = "old"): MemberState => ({ revision, settled: true });

beforeEach(() => {
  states.clear();
  syncProblem = undefined;
  states.set("clickhouse-01", settled()).set("clickhouse-02", settled()).set("clickhouse-03", settled());
});

const pass = () => gateProvider.update("clickhouse-01", INPUTS, INPUTS);

describe("gateProvider", () => {
  it("lets a member change while all others are ready and in sync", async () => {
    await expect(pass()).resolves.toEqual(INPUTS);
  });

  it("keeps it as it is while another one is not ready, and says which, and why", async () => {
    states.set("clickhouse-02", { revision: "old", settled: false });
    await expect(pass()).rejects.toThrow(
      /clickhouse-01 was not changed: clickhouse-02 is not ready: its pod is Pending.*rolloutGate off/,
    );
  });

  it("keeps it as it is while another one is behind", async () => {
    syncProblem = "clickhouse-03 is 90 s behind its shard";
    await expect(pass()).rejects.toThrow(/clickhouse-01 was not changed: clickhouse-03 is 90 s behind/);
  });

  it.each([
    ["the gate is off", () => undefined, { closed: false }],
    ["it is made for the first time", () => states.delete("clickhouse-01"), {}],
    ["it is what it is to become", () => states.set("clickhouse-01", settled("new")), {}],
  ])("passes whatever the others are when %s", async (_, prepare, changes) => {
    states.set("clickhouse-02", { revision: "old", settled: false });
    prepare();
    await expect(
      gateProvider.update("clickhouse-01", INPUTS, { ...INPUTS, ...changes }),
    ).resolves.toBeDefined();
  });

  it("does not wait for members that are yet to be made", async () => {
    states.delete("clickhouse-03");
    await expect(pass()).resolves.toEqual(INPUTS);
  });

  it("comes into play again when a run died between the gate and the change", async () => {
    const diff = () => gateProvider.diff(INPUTS, INPUTS);
    expect((await diff()).changes).toBe(true);
    states.set("clickhouse-01", settled("new"));
    expect((await diff()).changes).toBe(false);
    states.delete("clickhouse-01");
    expect((await diff()).changes).toBe(false);
  });
});
