import { describe, expect, it } from "vitest";
import { loadConfig, NAMESPACE, needsApiKey, SETTING_NAMES } from "./config.ts";
import { InfraError } from "./errors.ts";
import { isLoopback } from "./exposure.ts";
import { declaredDefaults, settingsOf } from "./testing/stackSettings.ts";

const DEFAULTS = declaredDefaults();

const problemsOf = (changes: Record<string, string>): string[] => {
  try {
    loadConfig({ ...DEFAULTS, ...changes });
    return [];
  } catch (error) {
    if (!(error instanceof InfraError)) throw error;
    expect(error.code).toBe("CONFIG_INVALID");
    return error.message.split("\n").slice(1);
  }
};

describe("Pulumi.yaml", () => {
  it("declares every setting that the program reads, and no other", () => {
    expect(Object.keys(DEFAULTS).sort()).toEqual([...SETTING_NAMES].sort());
  });

  it("has defaults that the program accepts as they are", () => {
    expect(loadConfig(DEFAULTS)).toMatchObject({
      target: "local",
      shards: 2,
      partitions: 4,
      retentionDays: 30,
      bufferMode: "passthrough",
      producer: "simulate",
      simulateSymbols: ["AAPL", "MSFT", "NVDA", "AMZN", "TSLA"],
      bindAddress: "127.0.0.1",
      apiPort: 8000,
      kafkaPort: 29092,
      clickhouseHttpPort: 8123,
      clickhouseNativePort: 9000,
    });
  });
});

describe("the stacks' own files", () => {
  it.each(["dev", "docker", "kubernetes", "production"])("%s is accepted", (stack) => {
    expect(() => loadConfig(settingsOf(stack))).not.toThrow();
  });

  it("production keeps two replicas of two shards, three Keepers and three brokers apart, and protects their data", () => {
    expect(loadConfig(settingsOf("production"))).toMatchObject({
      target: "kubernetes",
      shards: 2,
      replicas: 2,
      keepers: 3,
      brokers: 3,
      insertQuorum: "auto",
      antiAffinity: "required",
      protectData: true,
    });
  });
});

describe("loadConfig on kubernetes", () => {
  it.each([
    [{ bindAddress: "0.0.0.0" }, /bindAddress is 0\.0\.0\.0; accepted on target kubernetes: 127\.0\.0\.1/],
    [{ apiReplicas: "3" }, /apiMaxReplicas is 1; accepted: 3/],
    [{ ingressHost: "ticks.example.com" }, /ingressTlsSecret is empty/],
    [
      { ingressHost: "a.b", ingressTlsSecret: "tls", ingressNamespace: "" },
      /ingressNamespace is empty; accepted with ingressHost/,
    ],
    [{ monitoring: "operator", monitoringNamespace: "" }, /monitoringNamespace is empty/],
    [{ monitoring: "true" }, /monitoring is "true"; accepted: off, stack, operator/],
    [{ storageClass: "Fast SSD" }, /storageClass is "Fast SSD"; accepted: a StorageClass/],
    [{ clickhouseVolumeGb: "0" }, /clickhouseVolumeGb is "0"; accepted: a whole number from 1/],
  ])("refuses %j", (changes, says) => {
    expect(problemsOf({ target: "kubernetes", ...changes }).join()).toMatch(says);
  });

  it("asks for a key whoever asks, and on other targets those from other machines", () => {
    const keyed = (changes: Record<string, string>) => needsApiKey(loadConfig({ ...DEFAULTS, ...changes }));
    expect(keyed({ target: "kubernetes" })).toBe(true);
    expect(keyed({ target: "docker" })).toBe(false);
    expect(keyed({ target: "docker", bindAddress: "0.0.0.0" })).toBe(true);
  });
});

describe("loadConfig", () => {
  it("reports every problem together", () => {
    const problems = problemsOf({
      target: "mars",
      shards: "0",
      retentionDays: "-1",
      simulateSymbols: "A,,B",
      colour: "red",
    });
    expect(problems).toHaveLength(5);
    for (const setting of ["target", "shards", "retentionDays", "simulateSymbols", "colour"]) {
      expect(problems.join("\n")).toContain(`${NAMESPACE}:${setting} is`);
    }
  });

  it.each([
    ["target", "mars", "local, docker, kubernetes"],
    ["shards", "17", "a whole number from 1 to 16"],
    ["shards", "2.5", "a whole number from 1 to 16"],
    ["shards", " 2", "a whole number from 1 to 16"],
    ["shards", "", "a whole number from 1 to 16"],
    ["partitions", "1001", "a whole number from 1 to 1000"],
    ["retentionDays", "1e2", "a whole number from 0 to 36500"],
    ["bufferMode", "Throughput", "passthrough, throughput"],
    ["flushIntervalMs", "9", "a whole number from 10 to 60000"],
    ["producer", "on", "simulate, off"],
    ["simulateRate", "0", "a whole number from 1 to 1000000"],
    ["simulateSymbols", "AAPL;DROP", "symbols of letters, digits, dot, dash and underscore, comma-separated"],
    ["simulateSymbols", "", "symbols of letters, digits, dot, dash and underscore, comma-separated"],
    ["bindAddress", "localhost", "an IP address of this machine, 0.0.0.0 for all"],
    ["apiPort", "65536", "a whole number from 1 to 65535"],
    ["kafkaPort", "0", "a whole number from 1 to 65535"],
    ["clickhouseMemoryMb", "511", "a whole number from 512 to 1048576"],
    ["readyTimeoutSeconds", "0", "a whole number from 1 to 3600"],
  ])("refuses %s of %j and says what is accepted", (setting, value, accepted) => {
    expect(problemsOf({ [setting]: value })).toEqual([
      `  - tickhouse:${setting} is ${JSON.stringify(value)}; accepted: ${accepted}`,
    ]);
  });

  it("says of a setting without a value that it is not set", () => {
    const { shards: _, ...others } = DEFAULTS;
    expect(() => loadConfig(others)).toThrow(
      "tickhouse:shards is not set; accepted: a whole number from 1 to 16",
    );
  });

  it.each([
    ["Shards", "did you mean tickhouse:shards?"],
    ["retention", "did you mean tickhouse:retentionDays?"],
    ["tickhouseApiPort", "did you mean tickhouse:apiPort?"],
    ["colour", `accepted: ${SETTING_NAMES.join(", ")}`],
  ])(
    "answers the unknown setting %s with what it could have been, and how to take it out",
    (key, suggestion) => {
      expect(problemsOf({ [key]: "1" })).toEqual([
        `  - tickhouse:${key} is no setting; ${suggestion} (pulumi config rm tickhouse:${key})`,
      ]);
    },
  );

  it("refuses fewer partitions than nodes", () => {
    expect(problemsOf({ shards: "5" })).toEqual([
      expect.stringContaining("partitions is 4, fewer than the 5 ClickHouse nodes"),
    ]);
  });

  it.each([
    [{ apiPort: "29092" }, ["kafkaPort and tickhouse:apiPort both lead to port 29092"]],
    [{ apiPort: "8124" }, ["clickhouseHttpPort (node 2) and tickhouse:apiPort both lead to port 8124"]],
    [
      { clickhouseNativePort: "8124" },
      ["clickhouseNativePort (node 1) and tickhouse:clickhouseHttpPort (node 2) both lead to port 8124"],
    ],
    [
      { clickhouseHttpPort: "65535" },
      ["clickhouseHttpPort (node 2) leads to port 65536; accepted: 1 to 65535"],
    ],
    [
      { kafkaControllerPort: "29092", clickhouseNativePort: "8123" },
      ["both lead to port 29092", "both lead to port 8123", "both lead to port 8124"],
    ],
  ])("finds ports that collide, those of further nodes too: %j", (changes, expected) => {
    const problems = problemsOf(changes);
    expect(problems).toEqual(expected.map((part) => expect.stringContaining(part)));
  });

  it("reads a list of symbols with blanks around them", () => {
    expect(loadConfig({ ...DEFAULTS, simulateSymbols: "BTC-USD, brk.b ,A_1" }).simulateSymbols).toEqual([
      "BTC-USD",
      "brk.b",
      "A_1",
    ]);
  });
});

describe("isLoopback", () => {
  it.each([
    ["127.0.0.1", true],
    ["127.9.9.9", true],
    ["::1", true],
    ["0.0.0.0", false],
    ["::", false],
    ["192.168.1.127", false],
    ["::ffff:127.0.0.1", false],
  ])("%s is reached from this machine alone: %s", (address, expected) => {
    expect(isLoopback(address)).toBe(expected);
  });
});

describe("monitoring", () => {
  it.each([
    [{ target: "local", monitoring: "stack" }, /monitoring is stack; accepted on target local: off/],
    [{ target: "docker", monitoring: "operator" }, /accepted on target docker: off, stack/],
    [{ target: "local", apiPort: "9465" }, /metricsPort \(bars\) and .*apiPort|apiPort and .*metricsPort/],
    [
      { target: "docker", monitoring: "stack", apiPort: "3000" },
      /grafanaPort and tickhouse:apiPort both lead to port 3000/,
    ],
    [{ otlpEndpoint: "collector:4318" }, /otlpEndpoint is "collector:4318"; accepted: base URL/],
    [
      { target: "kubernetes", otlpEndpoint: "http://10.0.0.1:4318" },
      /otlpEndpoint is http:\/\/10\.0\.0\.1:4318; accepted on target kubernetes: a Service by its name/,
    ],
  ])("refuses %j", (changes, says) => {
    expect(problemsOf(changes).join()).toMatch(says);
  });

  it("is taken with a Prometheus and a Grafana of the stack's own where there are containers", () => {
    for (const target of ["docker", "kubernetes"])
      expect(problemsOf({ target, monitoring: "stack" }), target).toEqual([]);
  });
});
