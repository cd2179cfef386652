import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applySchema, type Cluster, localSchema, startCluster } from "../../../tests/support/engine.ts";

// Users of a real engine, with a quota that a test can use up.
const QUERIES = 20;
let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({
    shards: 1,
    quota: { apiQuotaQueries: QUERIES, apiQuotaErrors: 0, apiQuotaReadRows: 0 },
  });
  await applySchema(cluster, localSchema(cluster.topology));
});
afterAll(async () => {
  await cluster?.stop();
});

/** What the server answers to a statement: its text, or the name of its error. */
async function ask(
  sql: string,
  headers: Record<string, string>,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  const [node] = cluster.connections;
  const response = await fetch(`${node?.url}/?database=tickhouse`, { method: "POST", body: sql, headers });
  const text = await response.text();
  return { ok: response.ok, text: /\(([A-Z_]+)\)(?: \(version.*)?\s*$/.exec(text)?.[1] ?? text };
}
const as = (user: "ingest" | "audit" | "api" | "bars" | "replay") => ({
  "X-ClickHouse-User": user,
  "X-ClickHouse-Key": cluster[user].password,
});

describe("nobody", () => {
  it.each([
    "SELECT 1",
    "SELECT currentUser()",
    "SELECT file('/etc/passwd')",
    "SELECT name FROM system.tables",
  ])("is answered %s without a password", async (sql) => {
    expect(await ask(sql, {})).toEqual({ ok: false, text: "USER_SESSION_LIMIT_EXCEEDED" });
    for (const user of ["owner", "ingest", "api", "audit", "bars", "replay", "drain"])
      for (const key of ["", "wrong"])
        expect(await ask(sql, { "X-ClickHouse-User": user, "X-ClickHouse-Key": key }), user).toEqual({
          ok: false,
          text: "AUTHENTICATION_FAILED",
        });
  });
});

describe("the audit's user", () => {
  it.each([
    "INSERT INTO empty_offsets (kafka_topic) VALUES ('x')",
    "INSERT INTO offset_ledger (kafka_topic) VALUES ('x')",
    "SELECT count() FROM ticks_all",
    "SELECT count() FROM dead_letters_all",
    "SYSTEM FLUSH LOGS",
    "DETACH TABLE ticks_kafka",
  ])("is refused %s", async (sql) => {
    expect(await ask(sql, as("audit"))).toEqual({ ok: false, text: "ACCESS_DENIED" });
  });
});

describe("the ingest user", () => {
  it.each([
    "INSERT INTO bars_1m (symbol) VALUES ('x')",
    "INSERT INTO ticks_kafka (message) VALUES ('x')",
    "DETACH TABLE ticks_kafka",
    "DROP TABLE ticks_local",
    "ALTER TABLE dead_letters DELETE WHERE 1",
    "TRUNCATE TABLE dead_letters",
    "CREATE TABLE x (a UInt8) ENGINE = Memory",
  ])("is refused %s", async (sql) => {
    expect(await ask(sql, as("ingest"))).toEqual({ ok: false, text: "ACCESS_DENIED" });
  });
});

it("the API's user is refused when its quota is used up, and others are not", async () => {
  const sql = "SELECT count() FROM ticks_all";
  const answers: string[] = [];
  // The interval may end in the middle: then as many again are let through.
  for (let count = 0; count < 2 * QUERIES + 2 && !answers.includes("QUOTA_EXCEEDED"); count += 1)
    answers.push((await ask(sql, as("api"))).text);
  expect(answers.at(-1)).toBe("QUOTA_EXCEEDED");
  expect(answers.length).toBeGreaterThan(1);
  expect((await ask("SELECT count() FROM bars_1m", as("bars"))).ok).toBe(true);
});
