import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "./config.ts";

let folder: string;
let enough: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tickhouse-bars-"));
  writeFileSync(join(folder, "password"), "secret\n");
  enough = {
    CLICKHOUSE_SHARDS: "http://127.0.0.1:1,http://127.0.0.1:2; http://127.0.0.1:3",
    CLICKHOUSE_USER: "bars",
    CLICKHOUSE_PASSWORD_FILE: join(folder, "password"),
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("loadConfig", () => {
  it("reads shards, their replicas, and the password without its line end", () => {
    expect(loadConfig(enough)).toEqual({
      clickhouse: {
        shards: [["http://127.0.0.1:1", "http://127.0.0.1:2"], ["http://127.0.0.1:3"]],
        username: "bars",
        password: "secret",
        database: "default",
      },
      intervalMs: 1_000,
      heartbeatFile: undefined,
      logLevel: "info",
      metrics: { host: "127.0.0.1", port: undefined },
      logFile: undefined,
    });
  });

  it("names every wrong variable at once", () => {
    const wrong = {
      CLICKHOUSE_SHARDS: "nowhere",
      INTERVAL_MS: "10",
      CLICKHOUSE_PASSWORD_FILE: join(folder, "none"),
    };
    expect(() => loadConfig(wrong)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          /CLICKHOUSE_SHARDS.*http:\/\/host:port[\s\S]*CLICKHOUSE_USER[\s\S]*CLICKHOUSE_PASSWORD_FILE[\s\S]*ENOENT[\s\S]*INTERVAL_MS = "10": accepted: milliseconds from 100/,
        ),
      }),
    );
  });
});
