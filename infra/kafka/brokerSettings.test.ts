import { describe, expect, it } from "vitest";
import { createTopology } from "../topology.ts";
import { brokerSettings } from "./brokerSettings.ts";

const CLUSTER_ID = "dGlja2hvdXNlLWRvY2tlcg";
const brokersOf = (brokers: number) =>
  createTopology({
    shards: 2,
    replicasPerShard: 1,
    partitions: 4,
    brokers,
    kafkaPort: 29092,
    clickhouseHttpPort: 1,
    clickhouseNativePort: 100,
  }).brokers;

describe("brokerSettings", () => {
  it("makes a single broker its own controller, with one copy of everything", () => {
    const [broker] = brokersOf(1);
    if (broker === undefined) throw new Error("no broker");
    expect(
      brokerSettings(broker, brokersOf(1), CLUSTER_ID, { advertised: "127.0.0.1", listenOn: "" }),
    ).toMatchObject({
      KAFKA_NODE_ID: "1",
      KAFKA_CONTROLLER_QUORUM_VOTERS: "1@kafka-1:9093",
      KAFKA_ADVERTISED_LISTENERS: "INSIDE://kafka-1:9092,OUTSIDE://127.0.0.1:29092",
      KAFKA_DEFAULT_REPLICATION_FACTOR: "1",
      KAFKA_MIN_INSYNC_REPLICAS: "1",
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
      CLUSTER_ID,
    });
  });

  it("listens for clients outside where it is told to, and for the others on all addresses", () => {
    const listen = (listenOn: string) =>
      brokersOf(1).map(
        (broker) =>
          brokerSettings(broker, brokersOf(1), CLUSTER_ID, { advertised: "127.0.0.1", listenOn })[
            "KAFKA_LISTENERS"
          ],
      );
    expect(listen("")).toEqual(["INSIDE://:9092,CONTROLLER://:9093,OUTSIDE://:29092"]);
    expect(listen("127.0.0.1")).toEqual(["INSIDE://:9092,CONTROLLER://:9093,OUTSIDE://127.0.0.1:29092"]);
  });

  it("lets three brokers vote together, each at a port of its own, two copies in sync", () => {
    const brokers = brokersOf(3);
    const settings = brokers.map((broker) =>
      brokerSettings(broker, brokers, CLUSTER_ID, { advertised: "10.0.0.1", listenOn: "" }),
    );
    expect(new Set(settings.map((each) => each["KAFKA_CONTROLLER_QUORUM_VOTERS"]))).toEqual(
      new Set(["1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093"]),
    );
    expect(settings.map((each) => each["KAFKA_ADVERTISED_LISTENERS"])).toEqual([
      "INSIDE://kafka-1:9092,OUTSIDE://10.0.0.1:29092",
      "INSIDE://kafka-2:9092,OUTSIDE://10.0.0.1:29093",
      "INSIDE://kafka-3:9092,OUTSIDE://10.0.0.1:29094",
    ]);
    expect(settings[2]).toMatchObject({
      KAFKA_DEFAULT_REPLICATION_FACTOR: "3",
      KAFKA_MIN_INSYNC_REPLICAS: "2",
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "3",
    });
  });
});
