import { expect, it, vi } from "vitest";
import type { StackOutputs } from "../outputsOf.ts";

vi.mock("../stacks.ts", () => ({
  declaredSetting: () => "my-context",
  targetOf: (stack: string) => (stack === "dev" ? "local" : "kubernetes"),
}));
const { throughWays, waysOf } = await import("./ways.ts");

const OUTPUTS: StackOutputs = {
  apiUrl: "http://127.0.0.1:8000",
  dashboardUrl: "http://127.0.0.1:8000/",
  kafkaBootstrap: "127.0.0.1:29092,127.0.0.1:29093",
  kafkaTopic: "ticks",
  kafkaTls: false,
  clickhouse: [
    { name: "clickhouse-01", shard: "01", replica: 1, httpUrl: "http://127.0.0.1:8123" },
    { name: "clickhouse-01-2", shard: "01", replica: 2, httpUrl: "http://127.0.0.1:8124" },
  ],
  apiKey: "",
  caCertificate: "",
};

it("leads each port that the outputs name to its pod, and the API's to any pod of its Service", () => {
  const place = { context: "my-context", namespace: "tickhouse-production" };
  expect(waysOf("production", OUTPUTS)).toEqual([
    { what: "API", port: 8000, tunnel: { ...place, pod: { service: "api" }, port: 8000 } },
    { what: "Kafka 1", port: 29092, tunnel: { ...place, pod: "kafka-1-0", port: 29092 } },
    { what: "Kafka 2", port: 29093, tunnel: { ...place, pod: "kafka-2-0", port: 29092 } },
    {
      what: "ClickHouse clickhouse-01",
      port: 8123,
      tunnel: { ...place, pod: "clickhouse-01-0", port: 8123 },
    },
    {
      what: "ClickHouse clickhouse-01-2",
      port: 8124,
      tunnel: { ...place, pod: "clickhouse-01-2-0", port: 8123 },
    },
  ]);
});

it("leaves an API with a public name to that name, and other targets' outputs as they are", async () => {
  const published = { ...OUTPUTS, apiUrl: "https://ticks.example.com" };
  expect(waysOf("production", published).map(({ what }) => what)).not.toContain("API");
  expect(await throughWays("dev", OUTPUTS)).toBe(OUTPUTS);
});
