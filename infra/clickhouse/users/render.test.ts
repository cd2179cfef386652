import { createHash } from "node:crypto";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { API_TABLES, INGEST_TABLES } from "./grants.ts";
import { renderUsers, type UsersArgs } from "./render.ts";

const PASSWORDS = {
  owner: "the owner's password",
  ingest: "the ingest user's password",
  api: "the API's password",
  audit: "the audit's password",
  bars: "the bars service's password",
  replay: "the replay user's password",
  backup: "the backup user's password",
};
const ARGS: UsersArgs = {
  database: "tickhouse",
  passwords: PASSWORDS,
  quota: { apiQuotaQueries: 1_000, apiQuotaErrors: 20, apiQuotaReadRows: 1_000_000 },
  networks: ["127.0.0.1", "::1"],
  replaceDefault: false,
};

const parse = (xml: string) => new XMLParser({ parseTagValue: false }).parse(xml).clickhouse;
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("renderUsers", () => {
  const { users, profiles, quotas } = parse(renderUsers(ARGS));

  it("holds hashes of the passwords and no password", () => {
    const xml = renderUsers(ARGS);
    expect(xml).not.toContain("password</");
    for (const [user, password] of Object.entries(PASSWORDS)) {
      expect(xml).not.toContain(password);
      expect(users[user].password_sha256_hex).toBe(sha256(password));
    }
  });

  it("lets everybody in from the given networks alone", () => {
    for (const user of Object.keys(PASSWORDS))
      expect(users[user].networks.ip, user).toEqual(["127.0.0.1", "::1"]);
  });

  it("has no user without a password but the engine's own, and no owner but one", () => {
    expect(Object.keys(users).sort()).toEqual([...Object.keys(PASSWORDS), "default"].sort());
    const owners = Object.entries<{ access_management?: string }>(users).filter(
      ([, user]) => user.access_management !== undefined,
    );
    expect(owners.map(([name]) => name)).toEqual(["owner"]);
  });

  it("bounds what the API's user uses up in an interval", () => {
    expect(users.api.quota).toBe("api");
    expect(quotas.api.interval).toEqual([
      { duration: "60", queries: "1000", errors: "20" },
      { duration: "3600", read_rows: "1000000" },
    ]);
  });

  it("lets the audit write nothing, and what heals write where messages come in", () => {
    const rights = (user: string): string[] => users[user].grants.query;
    expect(rights("audit").filter((right) => /INSERT|ALTER|DROP|CREATE/.test(right))).toEqual([]);
    expect(rights("ingest").filter((right) => right.includes("INSERT"))).toEqual(
      INGEST_TABLES.map((table) => `GRANT SELECT, INSERT ON tickhouse.${table}`),
    );
    expect(rights("ingest").filter((right) => /ALTER|DROP|CREATE|TRUNCATE|SYSTEM/.test(right))).toEqual([]);
  });

  it("lets the API user read the tables that it answers from, see the sizes of the Buffer and of parts, and nothing else", () => {
    expect(users.api.grants.query).toEqual([
      ...API_TABLES.map((table) => `GRANT SELECT ON tickhouse.${table}`),
      "GRANT SHOW TABLES ON tickhouse.ticks_buffer",
      "GRANT SELECT(database, table, partition_id, active, rows, bytes_on_disk) ON system.parts",
      "GRANT SELECT(free_space, total_space) ON system.disks",
    ]);
    expect(users.api.access_management).toBeUndefined();
    expect(users.api.named_collection_control).toBeUndefined();
  });

  it("lets the replay user read and write dead letters, and nothing else", () => {
    expect(users.replay.grants.query).toEqual([
      "GRANT SELECT, INSERT ON tickhouse.dead_letters_all",
      "GRANT SELECT, INSERT ON tickhouse.dead_letters",
    ]);
    expect(users.replay.access_management).toBeUndefined();
  });

  it("runs the API user with a profile that changes no setting and has bounds", () => {
    expect(users.api.profile).toBe("api");
    expect(profiles.api).toMatchObject({
      readonly: "1",
      max_execution_time: "600",
      max_memory_usage: "2000000000",
      max_rows_to_read: "5000000000",
      max_result_rows: "101000000",
      max_result_bytes: "50000000000",
    });
  });

  it("inserts into the shards in the foreground, for consumers too", () => {
    expect(users.owner.profile).toBe("default");
    expect(profiles.default.distributed_foreground_insert).toBe("1");
  });

  it("gives the embedded engine's own user nothing but its start", () => {
    expect(users.default.grants.query).toEqual([
      "GRANT SYSTEM LISTEN ON *.*",
      "GRANT SELECT ON system.numbers",
    ]);
    expect(users.default.networks.ip).toBe("127.0.0.1");
    expect(users.default.profile).toBe("bootstrap");
    expect(profiles.bootstrap).toEqual({ max_sessions_for_user: "1" });
    expect(users.default.quota).toBe("bootstrap");
    expect(quotas.bootstrap.interval.queries).toBe("3");
  });

  it("takes the power of the image's own user where nobody needs it", () => {
    const xml = renderUsers({ ...ARGS, replaceDefault: true });
    expect(xml).toContain('<default replace="replace">');
    expect(parse(xml).users.default.grants.query).toEqual(users.default.grants.query);
  });

  it("lets the drain user in from loopback alone, to detach and to flush", () => {
    expect(users.drain).toBeUndefined();
    const { drain } = parse(
      renderUsers({ ...ARGS, networks: ["::/0"], passwords: { ...PASSWORDS, drain: "drained" } }),
    ).users;
    expect(drain.password_sha256_hex).toBe(sha256("drained"));
    expect(drain.networks.ip).toEqual(["127.0.0.1", "::1"]);
    expect(drain.grants.query).toEqual([
      "GRANT SHOW TABLES, SYSTEM FLUSH DISTRIBUTED ON tickhouse.*",
      "GRANT DROP TABLE ON tickhouse.ticks_kafka",
      "GRANT OPTIMIZE ON tickhouse.ticks_buffer",
    ]);
  });

  it("waits for a majority of the replicas where that is asked for", () => {
    expect(profiles.default.insert_quorum).toBeUndefined();
    expect(parse(renderUsers({ ...ARGS, insertQuorum: true })).profiles.default.insert_quorum).toBe("auto");
  });
});
