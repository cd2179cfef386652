import { describe, expect, it } from "vitest";
import { loadConfig } from "../config.ts";
import { declaredDefaults } from "../testing/stackSettings.ts";
import { usesTls } from "./parts.ts";
import { TLS_PARTS } from "./settings.ts";

const DEFAULTS = declaredDefaults();
const partsOf = (settings: Record<string, string>): string[] => {
  const config = loadConfig({ ...DEFAULTS, ...settings });
  return TLS_PARTS.filter((part) => usesTls(config, part));
};

describe("usesTls", () => {
  it.each<[Record<string, string>, readonly string[]]>([
    [{ target: "docker" }, []],
    [{ target: "docker", bindAddress: "127.0.0.2" }, []],
    [{ target: "docker", bindAddress: "0.0.0.0" }, TLS_PARTS],
    [{ target: "docker", bindAddress: "0.0.0.0", tls: "off" }, []],
    [{ target: "docker", tls: "on" }, TLS_PARTS],
    [{ target: "docker", tls: "on", tlsParts: "api, kafka" }, ["kafka", "api"]],
    [{ target: "kubernetes" }, TLS_PARTS],
    [{ target: "kubernetes", tls: "off" }, []],
    [{ target: "local" }, []],
    [{ target: "local", bindAddress: "0.0.0.0" }, ["api"]],
  ])("%o: %s", (settings, parts) => {
    expect(partsOf(settings)).toEqual(parts);
  });
});

describe("the settings of TLS", () => {
  it.each([
    ["tls", "yes", /accepted: auto, on, off/],
    ["tlsParts", "api,dashboard", /accepted: one or more of clickhouse, keeper, kafka, api/],
    ["tlsParts", "", /accepted: one or more/],
    ["tlsNames", "under_score.example.com", /accepted: DNS names and IP addresses/],
    ["tlsLifetimeDays", "0", /accepted: a whole number from 1 to 3650/],
  ])("refuse %s %s", (name, value, says) => {
    expect(() => loadConfig({ ...DEFAULTS, [name]: value })).toThrow(says);
  });

  it("take names and addresses", () => {
    expect(loadConfig({ ...DEFAULTS, tlsNames: "ticks.example.com, 192.0.2.7,::1" }).tlsNames).toEqual([
      "ticks.example.com",
      "192.0.2.7",
      "::1",
    ]);
  });
});
