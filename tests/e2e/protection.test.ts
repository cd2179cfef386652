import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StackOutputs } from "../../tools/outputsOf.ts";
import { type Checkout, createCheckout, type Ended } from "../support/checkout.ts";
import { freePorts } from "../support/freePort.ts";
import { compareExact, replayAndCompare, writeTicks } from "../support/replay.ts";
import { makeFeed } from "../support/ticks.ts";
import { openWarehouse, type Warehouse } from "../support/warehouse.ts";

// A stack whose data is protected, from `up` until somebody lets go of it. The steps build on each other.
let checkout: Checkout;
let warehouse: Warehouse;

const ticks = makeFeed({
  symbols: ["KEPT0", "KEPT1", "KEPT2"],
  exchange: "TEST",
  trades: 200,
  startMicros: 1_700_000_000_000_000n,
  seed: 23,
});

const open = async (): Promise<Warehouse> =>
  openWarehouse(JSON.parse((await checkout.npm("outputs")).stdout) as StackOutputs);

const folderOf = (server: string): string => join(checkout.path, ".tickhouse", "dev", server);

beforeAll(async () => {
  checkout = await createCheckout();
  checkout.set("protectData", "true");
  checkout.set("producer", "off");
});

afterAll(async () => {
  if (checkout === undefined) return;
  checkout.set("protectData", "false");
  await checkout.npm("down");
  const left = checkout.processes();
  checkout.remove();
  expect(left, "processes left behind").toEqual([]);
});

/** Previews a stack with one setting changed, and changes it back. */
async function previewWith(name: string, value: string | number): Promise<Ended> {
  const before = checkout.read("Pulumi.dev.yaml");
  checkout.set(name, value);
  const preview = await checkout.npm("preview");
  checkout.write("Pulumi.dev.yaml", before);
  return preview;
}

describe("a protected stack", () => {
  it("takes ticks as any other", async () => {
    const up = await checkout.npm("up");
    expect(up.exitCode, up.all).toBe(0);
    warehouse = await open();
    await replayAndCompare(checkout, warehouse, writeTicks(checkout, "kept.jsonl", ticks), ticks);
  });

  it("tells before a change what it does to data: nothing, tables in place, or servers one after the other", async () => {
    const none = await previewWith("barIntervalMs", 2_000);
    expect(none.exitCode, none.all).toBe(0);
    expect(none.all).toContain("impact on data: none");

    const shorter = await previewWith("retentionDays", 36_500);
    expect(shorter.exitCode, shorter.all).toBe(0);
    expect(shorter.all).toMatch(/│ ticks_local on 2 nodes +│ altered in place, its rows stay/);
    expect(shorter.all).not.toMatch(/restarted|paused/);

    const restarted = await previewWith("clickhouseMemoryMb", 1_900);
    expect(restarted.exitCode, restarted.all).toBe(0);
    expect(restarted.all).toMatch(/servers .*│ clickhouse-0[12] +│ restarted, with its folder, 1 of 2/);
    expect(restarted.all).toMatch(/│ clickhouse-0[12] +│ restarted, with its folder, 2 of 2/);

    const view = "schema/13_dead_letters_mv.sql";
    const text = checkout.read(view);
    checkout.write(view, text.replace(/^SELECT/m, "SELECT /* the same */"));
    const replaced = await checkout.npm("preview");
    checkout.write(view, text);
    expect(replaced.all).toMatch(/dead_letters_mv on 2 nodes +│ replaced, has no data of its own/);
    expect(replaced.all).toMatch(/consumers +│ all nodes +│ paused while 2 objects are applied/);
    expect(replaced.exitCode, replaced.all).toBe(0);
  });

  it("keeps to the policies, and a preview without its protection does not", async () => {
    const pack = ["--policy-pack", join(checkout.path, "policy", "analyzer")];
    const accepted = await checkout.withEnv("pulumi", "preview", "--stack", "dev", ...pack);
    expect(accepted.exitCode, accepted.all).toBe(0);
    expect(accepted.all).toMatch(/Policies:\s+✅ tickhouse@/);

    const before = checkout.read("Pulumi.dev.yaml");
    checkout.set("protectData", "false");
    const refused = await checkout.withEnv("pulumi", "preview", "--stack", "dev", ...pack);
    // Its own port is taken, on loopback.
    const [port = 0] = await freePorts(1);
    checkout.set("bindAddress", "0.0.0.0");
    checkout.set("apiPort", port);
    checkout.set("tls", "off");
    const open = await checkout.npm("preview");
    checkout.write("Pulumi.dev.yaml", before);
    expect(refused.exitCode, refused.all).not.toBe(0);
    expect(refused.all).toMatch(/\[mandatory\] +no-unprotected-data .*Directory: kafka/);
    expect(open.exitCode, open.all).not.toBe(0);
    expect(open.all).toMatch(/api: port \d+ is open on 0\.0\.0\.0 without TLS/);
    expect(open.all).not.toMatch(/no-unprotected-data/);
  });

  it("is not taken down: the message names what is there and both ways on, and everything still runs", async () => {
    const before = checkout.processes().length;
    const down = await checkout.npm("down");
    expect(down.exitCode, down.all).toBe(1);
    expect(down.all).toContain("nothing was removed");
    for (const server of ["kafka", "clickhouse-01", "clickhouse-02"])
      expect(down.all).toContain(`folder ${folderOf(server)}`);
    expect(down.all).toMatch(/data tables .*ticks_local/);
    expect(down.all).toContain("npm run down -- --stack dev --keep-data");
    expect(down.all).toContain("pulumi config set tickhouse:protectData false --stack dev");
    expect(checkout.processes()).toHaveLength(before);
    await compareExact(warehouse, ticks);
  });

  it("is not destroyed by hand either", async () => {
    const destroyed = await checkout.withEnv("pulumi", "destroy", "--yes", "--stack", "dev");
    expect(destroyed.exitCode, destroyed.all).not.toBe(0);
    expect(destroyed.all).toMatch(/protect/);
    await compareExact(warehouse, ticks);
  });

  it("goes but for its data when that is asked for, and the next up goes on with every tick", async () => {
    const down = await checkout.npm("down", "--keep-data");
    expect(down.exitCode, down.all).toBe(0);
    expect(down.all).toContain("what stays");
    expect(checkout.processes()).toEqual([]);
    for (const server of ["kafka", "clickhouse-01", "clickhouse-02"])
      expect(existsSync(folderOf(server)), server).toBe(true);
    expect(existsSync(folderOf("api"))).toBe(false);

    const up = await checkout.npm("up");
    expect(up.exitCode, up.all).toBe(0);
    warehouse = await open();
    await compareExact(warehouse, ticks);
    for (const symbol of ["KEPT0", "KEPT1", "KEPT2"])
      expect(await warehouse.rawCount(symbol)).toBe(ticks.filter((tick) => tick.symbol === symbol).length);
    // Tables are protected again: what was let go for a moment is asked for by the program.
    const refused = await checkout.npm("down");
    expect(refused.exitCode, refused.all).toBe(1);
    expect(refused.all).toMatch(/data tables .*ticks_local/);
  });

  it("goes with its data once the setting lets go", async () => {
    checkout.set("protectData", "false");
    const down = await checkout.npm("down");
    expect(down.exitCode, down.all).toBe(0);
    expect(checkout.processes()).toEqual([]);
    expect(existsSync(join(checkout.path, ".tickhouse"))).toBe(false);
    expect(existsSync(join(checkout.path, ".pulumi-state"))).toBe(false);
  });
});
