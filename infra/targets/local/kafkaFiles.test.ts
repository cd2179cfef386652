import { describe, expect, it } from "vitest";
import { renderBrokerLogging, renderBrokerProperties } from "./kafkaFiles.ts";

describe("renderBrokerProperties", () => {
  const text = renderBrokerProperties({
    host: "127.0.0.1",
    port: 29092,
    controllerPort: 29093,
    secured: false,
    dataPath: "/data",
  });
  const properties = new Map(
    text
      .trimEnd()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );

  it("makes one process broker and controller, on its two ports of one address", () => {
    expect(properties.get("process.roles")).toBe("broker,controller");
    expect(properties.get("listeners")).toBe("CLIENTS://127.0.0.1:29092,CONTROLLER://127.0.0.1:29093");
    expect(properties.get("advertised.listeners")).toBe("CLIENTS://127.0.0.1:29092");
    expect(properties.get("controller.quorum.voters")).toBe("1@127.0.0.1:29093");
  });

  it("creates no topic that nobody declared", () => {
    expect(properties.get("auto.create.topics.enable")).toBe("false");
  });

  it("asks for no more copies than one broker can hold", () => {
    expect(properties.get("offsets.topic.replication.factor")).toBe("1");
    expect(properties.get("transaction.state.log.replication.factor")).toBe("1");
    expect(properties.get("log.dirs")).toBe("/data");
  });
});

describe("renderBrokerLogging", () => {
  it("writes to the given folder and rotates there", () => {
    const text = renderBrokerLogging("/log");
    expect(text).toContain("fileName: /log/kafka.log\n");
    expect(text).toContain("filePattern: /log/kafka.log.%i\n");
    expect(text).toContain("SizeBasedTriggeringPolicy");
  });
});

it("asks everybody for a login where it is secured", () => {
  const text = renderBrokerProperties({
    host: "127.0.0.1",
    port: 29092,
    controllerPort: 29093,
    dataPath: "/data",
    secured: true,
  });
  expect(text).toContain("listener.security.protocol.map=CLIENTS:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT\n");
  expect(text).toContain("super.users=User:kafka\n");
  expect(text).not.toContain(":PLAINTEXT");
});
