import { readFileSync } from "node:fs";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withNode } from "../../infra/clickhouse/connection.ts";
import { pollUntil } from "../../infra/poll.ts";
import { possibleKinds } from "../../tools/drill/faults/plan.ts";
import type { Summary } from "../../tools/drill/summary.ts";
import { candidateSymbols } from "../../tools/drill/symbols.ts";
import type { StackOutputs } from "../../tools/outputsOf.ts";
import { type Checkout, createCheckout } from "../support/checkout.ts";
import { ownerConnections } from "../support/owner.ts";

// Faults in the middle of feeds, on target `local`: everything that the warehouse answers is held against a plain loop
// over the topic. The steps build on each other.
const KINDS = possibleKinds({
  clickhouse: ["clickhouse-01", "clickhouse-02"],
  kafka: ["kafka"],
  keeper: [],
  producer: ["producer"],
});

let checkout: Checkout;

interface Report {
  readonly summary: Summary;
  readonly audit: { readonly verdict: string; readonly missing: number };
  readonly results: readonly { readonly faults: readonly { readonly kind: string }[] }[];
}

const report = (): Report => JSON.parse(checkout.read("drill.json")) as Report;
const drill = (...args: string[]) => checkout.npm("drill", ...args, "--json", "drill.json");

beforeAll(async () => {
  checkout = await createCheckout();
  checkout.set("producer", "off");
  const up = await checkout.npm("up");
  expect(up.exitCode, up.all).toBe(0);
});

afterAll(async () => {
  if (checkout === undefined) return;
  await checkout.npm("down");
  const left = checkout.processes();
  checkout.remove();
  expect(left, "processes left behind").toEqual([]);
});

describe("npm run drill", () => {
  it("finds nothing lost, doubled or wrong, whatever is hurt in the middle of a feed", async () => {
    const ended = await drill("--rounds", String(KINDS.length), "--seed", "20", "--ticks", "1500");
    expect(ended.exitCode, ended.all).toBe(0);
    const { summary, audit, results } = report();
    expect(summary).toMatchObject({
      rounds: KINDS.length,
      lost: 0,
      doubled: 0,
      wrongBars: 0,
      wrongDeadLetters: 0,
    });
    expect(summary.bars).toBeGreaterThan(1_000);
    expect(summary.broken).toBeGreaterThan(100);
    expect(audit).toMatchObject({ verdict: "complete", missing: 0 });
    const struck = new Set(results.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
    expect([...struck].sort()).toEqual([...KINDS].sort());
  });

  it("fails when there is a tick that nobody sent, names it, and says how to see it again", async () => {
    const [symbol = ""] = candidateSymbols(21, 1, 300);
    const { clickhouse } = JSON.parse((await checkout.npm("outputs")).stdout) as StackOutputs;
    const [node] = await ownerConnections(checkout, clickhouse);
    if (node === undefined) throw new Error("the stack has no node");
    await withNode(node, (session) =>
      session.run(
        `INSERT INTO ticks_all (exchange, symbol, event_time, seq_id, event_type, price, size, side, source_version)
         VALUES ('XDRA', {symbol:String}, '2025-03-01 12:00:00', 1, 'trade', 1, 1, 'buy', 1)`,
        { symbol },
      ),
    );
    const ended = await drill("--round", "1", "--seed", "21", "--ticks", "300", "--faults", "rebalance");
    expect(ended.exitCode).toBe(1);
    // The tick, and its bar of each of the five lengths.
    expect(report().summary).toMatchObject({ lost: 0, doubled: 1, wrongBars: 5 });
    expect(ended.stdout).toContain(`doubled: XDRA ${symbol} trade`);
    expect(ended.stdout).toContain("npm run drill -- --seed 21 --round 1 --ticks 300 --faults rebalance");
  });

  it("leaves nothing paused when it is interrupted", async () => {
    const command = ["run", "drill", "--", "--round", "1", "--seed", "22", "--faults", "pause-clickhouse"];
    // A process group of its own, as a terminal gives it one: Ctrl-C reaches all of it.
    const running = execa("npm", command, { cwd: checkout.path, detached: true, reject: false, all: true });
    const nodes = ["clickhouse-01", "clickhouse-02"].map(pidOf);
    const paused = await pollUntil(60_000, () => (nodes.some(isPaused) ? true : undefined));
    process.kill(-(running.pid ?? 0), "SIGINT");
    const ended = await running;
    expect(paused, ended.all).toBe(true);
    const resumed = await pollUntil(30_000, () => (nodes.some(isPaused) ? undefined : true));
    expect(resumed, ended.all).toBe(true);
    const drills = () => checkout.processes().filter((line) => line.includes("drill"));
    const gone = await pollUntil(30_000, () => (drills().length === 0 ? true : undefined));
    expect(gone, drills().join("\n")).toBe(true);
  });

  it("shows what the throughput setting loses when a node is killed, and that a heal brings it back", async () => {
    checkout.set("bufferMode", "throughput");
    const up = await checkout.npm("up");
    expect(up.exitCode, up.all).toBe(0);
    const ended = await drill(
      ...["--rounds", "2", "--seed", "23", "--faults", "kill-clickhouse", "--expect-loss", "--heal"],
    );
    expect(ended.exitCode, ended.all).toBe(0);
    const { summary, audit } = report();
    expect(summary.lost).toBeGreaterThan(0);
    expect(summary.afterHeal).toMatchObject({ lost: 0, doubled: 0, wrongBars: 0, wrongDeadLetters: 0 });
    expect(audit).toMatchObject({ verdict: "complete", missing: 0 });
  });
});

const pidOf = (name: string): number =>
  (JSON.parse(checkout.read(`.tickhouse/dev/${name}/pid.json`)) as { pid: number }).pid;

/** Whether a process is stopped by a signal: `4242 (node) T 1 …`. */
const isPaused = (pid: number): boolean => /\) T /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
