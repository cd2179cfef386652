import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withNode } from "../../infra/clickhouse/connection.ts";
import { pollUntil } from "../../infra/poll.ts";
import type { StackOutputs } from "../../tools/outputsOf.ts";
import { ensurePythonEnv } from "../../tools/pythonEnv.ts";
import { allAnswers } from "../support/allAnswers.ts";
import { type Checkout, createCheckout } from "../support/checkout.ts";
import { ownerConnections } from "../support/owner.ts";
import { writeTicks } from "../support/replay.ts";
import { type S3, startS3 } from "../support/s3.ts";
import { makeFeed } from "../support/ticks.ts";

// Data's whole life on target `local`, by the commands that an operator types: archived, backed up, destroyed, restored.
// The steps build on each other.
const python = await ensurePythonEnv();
const SYMBOLS = ["AAPL", "MSFT", "NVDA"] as const;
const DEADLINE_MS = 120_000;

let s3: S3;
let checkout: Checkout;
let outputs: StackOutputs;
let full: string;
let incremental: string;
let atFull: Record<string, unknown>;
let atIncremental: Record<string, unknown>;

beforeAll(async () => {
  if (python === undefined) return;
  s3 = await startS3(python);
  checkout = await createCheckout();
  checkout.set("producer", "off");
});
afterAll(async () => {
  if (checkout !== undefined) {
    if (existsSync(join(checkout.path, ".pulumi-state"))) await checkout.npm("down");
    const left = checkout.processes();
    checkout.remove();
    expect(left, "processes left behind").toEqual([]);
  }
  await s3?.stop();
});

async function succeed(name: string, ...args: string[]): Promise<string> {
  const ended = await checkout.npm(name, ...args);
  expect(ended.exitCode, `npm run ${name} ${args.join(" ")}\n${ended.all}`).toBe(0);
  return ended.stdout.trim();
}

async function up(): Promise<void> {
  await succeed("up");
  outputs = JSON.parse(await succeed("outputs")) as StackOutputs;
}

/** Waits until everything sent is stored and its bars are computed; then every answer. */
async function answers(): Promise<Record<string, unknown>> {
  await succeed("verify", "--wait");
  return allAnswers({ get: (path) => fetch(`${outputs.apiUrl}${path}`) }, SYMBOLS);
}

async function replay(file: string, daysAgo: number, seed: number): Promise<void> {
  const startMicros = BigInt(Date.now() - daysAgo * 86_400_000) * 1_000n;
  const ticks = makeFeed({ symbols: SYMBOLS, exchange: "XNAS", trades: 200, startMicros, seed });
  const corrected = ticks
    .filter((_, index) => index % 9 === 0)
    .map((tick) => ({ ...tick, price: tick.price + 0.5, source_version: 2 }));
  const sent = [...ticks, ...ticks.slice(0, 60), ...corrected];
  await succeed("produce", "replay", writeTicks(checkout, file, sent));
}

describe.skipIf(python === undefined)("a stack's data", () => {
  it("moves to the archive by a setting, and every answer stays the same", async () => {
    await up();
    await replay("old.jsonl", 90, 1);
    await replay("new.jsonl", 1, 2);
    const before = await answers();
    const { url, keyId, secretKey } = s3.bucket("archive");
    checkout.set("archiveUrl", url);
    checkout.set("archiveKeyId", keyId);
    checkout.set("archiveSecretKey", secretKey);
    checkout.set("hotDays", 30);
    await up();
    const nodes = await ownerConnections(checkout, outputs.clickhouse);
    const archived = await pollUntil(DEADLINE_MS, async () => {
      const counts = await Promise.all(
        nodes.map((node) =>
          withNode(node, (session) =>
            session.rows<{ tables: string }>(
              `SELECT toString(uniqExact(table)) AS tables FROM system.parts
               WHERE database = currentDatabase() AND active AND disk_name = 'archive'`,
            ),
          ),
        ),
      );
      return counts.every(([row]) => row?.tables === "2") || undefined;
    });
    expect(archived, "raw ticks and history of both shards in the archive").toBe(true);
    expect(await answers()).toEqual(before);
  });

  it("keeps its archive: another place is refused before anything is touched", async () => {
    const { url } = s3.bucket("archive");
    checkout.set("archiveUrl", s3.bucket("elsewhere").url);
    const preview = await checkout.withEnv("pulumi", "preview", "--stack", checkout.stack);
    expect(preview.exitCode).not.toBe(0);
    expect(preview.all).toContain(`Accepted: ${url}.`);
    checkout.set("archiveUrl", url);
  });

  it("is backed up, whole and then what is new", async () => {
    atFull = await answers();
    full = await succeed("backup");
    await replay("newer.jsonl", 2, 3);
    atIncremental = await answers();
    incremental = await succeed("backup", "create", "--verify");
    expect([full, incremental]).toEqual([
      expect.stringMatching(/^\d{8}T\d{6}Z-full$/),
      expect.stringMatching(/^\d{8}T\d{6}Z-incremental$/),
    ]);
    const listed = await succeed("backup", "list");
    expect(listed).toContain(full);
    expect(listed).toContain(incremental);
    const refused = await checkout.npm("restore", full);
    expect(refused.exitCode).toBe(1);
    expect(refused.all).toContain(`npm run restore -- ${full} --stack dev --discard-data-of dev`);
    expect(await answers()).toEqual(atIncremental);
  });

  it("is there again after the stack was destroyed: the incremental backup, then the full one", async () => {
    await succeed("down");
    await up();
    await succeed("restore", incremental);
    expect(await answers(), "the incremental backup").toEqual(atIncremental);
    await replay("after.jsonl", 3, 4);
    const later = await answers();
    expect(later["/symbols"]).not.toEqual(undefined);

    await succeed("down");
    await up();
    await succeed("restore", full);
    expect(await answers(), "the full backup").toEqual(atFull);
  });
});
