import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EnvError } from "@tickhouse/common";
import { afterAll, describe, expect, it } from "vitest";
import { loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "api-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const enough = { CLICKHOUSE_URLS: "http://127.0.0.1:8123", CLICKHOUSE_USER: "api", CLICKHOUSE_PASSWORD: "p" };

const problemsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof EnvError) return error.problems;
    throw error;
  }
};

describe("loadConfig", () => {
  it("has defaults for what need not be said", () => {
    expect(loadConfig(enough)).toEqual({
      host: "127.0.0.1",
      port: 8000,
      clickhouse: {
        urls: ["http://127.0.0.1:8123"],
        nodes: undefined,
        username: "api",
        password: "p",
        database: "default",
        queryTimeoutMs: 30_000,
      },
      kafka: undefined,
      replay: undefined,
      dashboardDir: undefined,
      docsDir: undefined,
      latenessSeconds: 60,
      apiKeys: undefined,
      requestsPerMinute: 6_000,
      stream: {
        topic: "ticks",
        intervalMs: 100,
        settleMs: 10_000,
        maxClients: 1_000,
        maxSymbols: 2_000,
        bufferBytes: 1_048_576,
        heartbeatMs: 15_000,
      },
      logLevel: "info",
      metrics: { host: "127.0.0.1", port: undefined },
      otlpEndpoint: undefined,
      logFile: undefined,
    });
  });

  it("reads secrets from files, without the line end", () => {
    const config = loadConfig({
      ...enough,
      CLICKHOUSE_PASSWORD: undefined,
      CLICKHOUSE_PASSWORD_FILE: file("password", "p w\n"),
      API_KEYS_FILE: file("keys", `desk:${"0f".repeat(32)}\n`),
    });
    expect(config.clickhouse.password).toBe("p w");
    expect(config.apiKeys).toEqual([{ name: "desk", sha256: Buffer.from("0f".repeat(32), "hex") }]);
  });

  it("takes several nodes", () => {
    const { clickhouse } = loadConfig({ ...enough, CLICKHOUSE_URLS: "http://a:8123, http://b:8124" });
    expect(clickhouse.urls).toEqual(["http://a:8123", "http://b:8124"]);
  });

  it("takes where the ticks come from whole, or not at all", () => {
    const kafka = { KAFKA_BOOTSTRAP: "a:9092, b:9092", KAFKA_TOPIC: "ticks", KAFKA_GROUP: "tickhouse" };
    expect(loadConfig({ ...enough, ...kafka }).kafka).toEqual({
      bootstrap: "a:9092,b:9092",
      topic: "ticks",
      group: "tickhouse",
    });
    expect(loadConfig({ ...enough, ...kafka, KAFKA_TOPIC: "other" }).stream.topic).toBe("other");
    const problems = problemsOf({ ...enough, KAFKA_TOPIC: "ticks" });
    expect(problems.map((problem) => problem.split(" ")[0])).toEqual(["KAFKA_BOOTSTRAP", "KAFKA_GROUP"]);
  });

  it("names the nodes, one for each URL", () => {
    const urls = { CLICKHOUSE_URLS: "http://a:8123,http://b:8123" };
    expect(loadConfig({ ...enough, ...urls, CLICKHOUSE_NODES: "a=01/1, b=01/2" }).clickhouse.nodes).toEqual([
      { name: "a", shard: "01", replica: 1 },
      { name: "b", shard: "01", replica: 2 },
    ]);
    for (const wrong of ["a=01/1", "a=01/1,b", "a=1/x,b=1/2"])
      expect(problemsOf({ ...enough, ...urls, CLICKHOUSE_NODES: wrong })[0]).toMatch(/^CLICKHOUSE_NODES/);
  });

  it("takes the replay user with its password, and together with Kafka only", () => {
    const kafka = { KAFKA_BOOTSTRAP: "a:9092", KAFKA_TOPIC: "ticks", KAFKA_GROUP: "tickhouse" };
    const replay = { REPLAY_USER: "replay", REPLAY_PASSWORD_FILE: file("replay", "secret\n") };
    expect(loadConfig({ ...enough, ...kafka, ...replay }).replay).toEqual({
      username: "replay",
      password: "secret",
    });
    expect(problemsOf({ ...enough, ...replay })[0]).toMatch(/^REPLAY_USER .*KAFKA_TOPIC/);
    expect(problemsOf({ ...enough, ...kafka, REPLAY_USER: "replay" })[0]).toMatch(/^REPLAY_PASSWORD_FILE/);
  });

  it("reports every problem together", () => {
    const problems = problemsOf({
      API_PORT: "80000",
      QUERY_TIMEOUT_MS: "soon",
      LOG_LEVEL: "loud",
      API_KEYS_FILE: "/none",
      RATE_LIMIT_PER_MINUTE: "-1",
    });
    const names = problems.map((problem) => problem.split(" ")[0]);
    expect(names.sort()).toEqual([
      "API_KEYS_FILE",
      "API_PORT",
      "CLICKHOUSE_PASSWORD_FILE",
      "CLICKHOUSE_URLS",
      "CLICKHOUSE_USER",
      "LOG_LEVEL",
      "QUERY_TIMEOUT_MS",
      "RATE_LIMIT_PER_MINUTE",
    ]);
  });

  it.each([
    [
      "a missing password file",
      { CLICKHOUSE_PASSWORD: undefined, CLICKHOUSE_PASSWORD_FILE: "/none" },
      /ENOENT/,
    ],
    ["an empty key file", { API_KEYS_FILE: file("empty", "\n") }, /empty/],
    [
      "a key in clear",
      { API_KEYS_FILE: file("clear", "desk:my-secret-key") },
      /line 1 is no key; accepted: name:sha256hex/,
    ],
    ["a node that is no http URL", { CLICKHOUSE_URLS: "tcp://a:9000" }, /http:\/\/host:port/],
    ["a URL with a password", { CLICKHOUSE_URLS: "http://u:p@a:8123" }, /CLICKHOUSE_PASSWORD_FILE/],
  ])("refuses %s once", (_name, env, message) => {
    const problems = problemsOf({ ...enough, ...env });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });
});
