import { createHash } from "node:crypto";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { API_TABLES, renderUsers, type UsersArgs } from "./users.ts";

const ARGS: UsersArgs = {
  database: "tickhouse",
  ownerPassword: "the owner's password",
  apiPassword: "the API's password",
  barsPassword: "the bars service's password",
  replayPassword: "the replay user's password",
  backupPassword: "the backup user's password",
  networks: ["127.0.0.1", "::1"],
  defaultUser: "bootstrap",
};

const parse = (xml: string) => new XMLParser({ parseTagValue: false }).parse(xml).clickhouse;
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("renderUsers", () => {
  const { users, profiles, quotas } = parse(renderUsers(ARGS));

  it("holds hashes of the passwords and no password", () => {
    const xml = renderUsers(ARGS);
    expect(xml).not.toContain("password</");
    expect(xml).not.toContain(ARGS.ownerPassword);
    expect(xml).not.toContain(ARGS.apiPassword);
    expect(xml).not.toContain(ARGS.barsPassword);
    expect(xml).not.toContain(ARGS.replayPassword);
    expect(users.owner.password_sha256_hex).toBe(sha256(ARGS.ownerPassword));
    expect(users.api.password_sha256_hex).toBe(sha256(ARGS.apiPassword));
  });

  it("lets owner and API user in from the given networks alone", () => {
    expect(users.owner.networks.ip).toEqual(["127.0.0.1", "::1"]);
    expect(users.api.networks.ip).toEqual(["127.0.0.1", "::1"]);
  });

  it("lets the API user read the tables that it answers from, see the sizes of the Buffer and of parts, and nothing else", () => {
    expect(users.api.grants.query).toEqual([
      ...API_TABLES.map((table) => `GRANT SELECT ON tickhouse.${table}`),
      "GRANT SHOW TABLES ON tickhouse.ticks_buffer",
      "GRANT SELECT(database, table, active, rows, bytes_on_disk) ON system.parts",
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
    expect(users.replay.password_sha256_hex).toBe(sha256(ARGS.replayPassword));
    expect(users.replay.networks.ip).toEqual(["127.0.0.1", "::1"]);
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
    expect(users.default.quota).toBe("bootstrap");
    expect(quotas.bootstrap.interval.queries).toBe("3");
  });

  it("keeps the image's own user inside of its container elsewhere, in place of what the image allows it", () => {
    const xml = renderUsers({ ...ARGS, defaultUser: "loopback" });
    expect(Object.keys(parse(xml).users)).toEqual(["default", "owner", "api", "bars", "replay", "backup"]);
    expect(xml).toMatch(
      /<default>\s*<networks replace="replace">\s*<ip>127\.0\.0\.1<\/ip>\s*<ip>::1<\/ip>\s*<\/networks>\s*<\/default>/,
    );
    expect(Object.keys(parse(xml).quotas)).toEqual(["default"]);
    expect(xml).not.toContain("no_password");
  });

  it("takes the power of the image's own user where nobody needs it", () => {
    const xml = renderUsers({ ...ARGS, defaultUser: "powerless" });
    expect(xml).toContain('<default replace="replace">');
    expect(parse(xml).users.default.grants.query).toEqual(users.default.grants.query);
  });

  it("lets the drain user in from loopback alone, to detach and to flush", () => {
    expect(users.drain).toBeUndefined();
    const { drain } = parse(renderUsers({ ...ARGS, networks: ["::/0"], drainPassword: "drained" })).users;
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
