import { describe, expect, it } from "vitest";
import { freePorts } from "../../tests/support/freePort.ts";
import { type TopicInputs, topicProvider } from "./topicProvider.ts";

const TOPIC: TopicInputs = {
  kafka: { bootstrap: "127.0.0.1:29092" },
  topic: "ticks",
  partitions: 4,
  replicationFactor: 1,
  config: { "retention.ms": "1000" },
};

describe("topicProvider.check", () => {
  it("refuses fewer partitions than the topic has", async () => {
    expect(await topicProvider.check(TOPIC, { ...TOPIC, partitions: 3 })).toEqual([
      {
        property: "partitions",
        reason: "is 3, the topic has 4: Kafka can't take partitions away; accepted: 4 or more",
      },
    ]);
  });

  it.each([
    ["a first topic", undefined, TOPIC],
    ["as many partitions", TOPIC, TOPIC],
    ["more partitions", TOPIC, { ...TOPIC, partitions: 8 }],
    ["fewer partitions in another topic", TOPIC, { ...TOPIC, topic: "others", partitions: 1 }],
  ])("accepts %s", async (_, olds, news) => {
    expect(await topicProvider.check(olds, news)).toEqual([]);
  });
});

describe("topicProvider.diff", () => {
  it.each([
    ["nothing", {}, { changes: false, replaces: [] }],
    ["more partitions, in place", { partitions: 8 }, { changes: true, replaces: [] }],
    ["another retention, in place", { config: { "retention.ms": "2000" } }, { changes: true, replaces: [] }],
    ["another broker, in place", { kafka: { bootstrap: "127.0.0.1:9" } }, { changes: true, replaces: [] }],
    ["another name: another topic", { topic: "others" }, { changes: true, replaces: ["topic"] }],
  ])("sees %s", async (_, change, expected) => {
    expect(await topicProvider.diff(TOPIC, { ...TOPIC, ...change })).toEqual(expected);
  });
});

describe("topicProvider.read", () => {
  it("keeps what is known of a topic whose broker is down", async () => {
    const [port] = await freePorts(1);
    const props = { ...TOPIC, kafka: { bootstrap: `127.0.0.1:${port}` } };
    expect(await topicProvider.read("ticks", props)).toEqual(props);
  }, 20_000);
});
