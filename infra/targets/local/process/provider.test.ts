import { describe, expect, it } from "vitest";
import { type ProcessOutputs, processProvider } from "./provider.ts";
import type { ProcessSpec } from "./spec.ts";

const SPEC: ProcessSpec = {
  name: "api",
  directory: "/state/api",
  command: ["node", "main.cjs"],
  env: { A: "1", B: "2" },
  files: { "one.xml": "1", "two.xml": "2" },
  prepare: [{ command: ["node", "prepare.cjs"], creates: "data/x" }],
  contentHash: "abc",
  ready: { kind: "http", url: "http://127.0.0.1:1/" },
  readyTimeoutMs: 1_000,
  ports: [{ host: "127.0.0.1", port: 1, owner: "api", setting: "tickhouse:apiPort" }],
  stop: { drain: null, graceMs: 1_000 },
  logFile: "log/api.log",
};
const RUNNING: ProcessOutputs = { ...SPEC, pid: 1, startedAt: "x", running: true };

const reversed = (value: unknown): unknown =>
  typeof value !== "object" || value === null
    ? value
    : Array.isArray(value)
      ? value.map(reversed)
      : Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, inner]) => [key, reversed(inner)]),
        );

const unchanged = { changes: false, replaces: [], deleteBeforeReplace: true };

describe("processProvider.diff", () => {
  it("sees no change in the same process", async () => {
    expect(await processProvider.diff(RUNNING, structuredClone(SPEC))).toEqual(unchanged);
  });

  it("does not care in which order the keys stand", async () => {
    expect(await processProvider.diff(RUNNING, reversed(SPEC) as ProcessSpec)).toEqual(unchanged);
  });

  it("does not care for what the engine adds of its own", async () => {
    const state = {
      ...RUNNING,
      __provider: "text",
      env: { ...SPEC.env, __defaults: [] },
    } as unknown as ProcessOutputs;
    expect(await processProvider.diff(state, SPEC)).toEqual(unchanged);
  });

  it.each<[string, Partial<ProcessSpec>]>([
    ["the command", { command: ["node", "other.cjs"] }],
    ["the order of the arguments", { command: ["main.cjs", "node"] }],
    ["the environment", { env: { A: "1" } }],
    ["a rendered file", { files: { "one.xml": "1", "two.xml": "3" } }],
    ["the bundle", { contentHash: "abd" }],
    ["a port", { ports: [{ host: "127.0.0.1", port: 2, owner: "api", setting: "tickhouse:apiPort" }] }],
  ])("restarts it in place for a change of %s", async (_, change) => {
    expect(await processProvider.diff(RUNNING, { ...SPEC, ...change })).toEqual({
      ...unchanged,
      changes: true,
    });
  });

  it.each<[string, Partial<ProcessSpec>]>([
    ["how it is stopped", { stop: { drain: null, graceMs: 9 } }],
    ["how long it may take", { readyTimeoutMs: 9 }],
    ["where it is asked", { ready: { kind: "alive", forMs: 1 } }],
  ])("does not restart it for a change of %s", async (_, change) => {
    expect(await processProvider.diff(RUNNING, { ...SPEC, ...change })).toEqual(unchanged);
  });

  it("starts it again when a refresh has seen that it died", async () => {
    expect(await processProvider.diff({ ...RUNNING, running: false }, SPEC)).toEqual({
      ...unchanged,
      changes: true,
    });
  });

  it.each([
    ["name", { name: "other" }],
    ["directory", { directory: "/state/other" }],
  ])("replaces it for another %s, the old one first", async (key, change) => {
    expect(await processProvider.diff(RUNNING, { ...SPEC, ...change })).toEqual({
      changes: true,
      replaces: [key],
      deleteBeforeReplace: true,
    });
  });
});

describe("processProvider.read", () => {
  it("sees that the process is not there any more, and keeps all else", async () => {
    expect(await processProvider.read("api", RUNNING)).toEqual({ ...RUNNING, running: false });
  });
});
