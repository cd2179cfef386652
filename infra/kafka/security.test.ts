import { describe, expect, it } from "vitest";
import { grantsOf, KAFKA_USERS, renderJaas, securityProperties } from "./security.ts";

describe("grantsOf", () => {
  it("lets nobody write the topic but producers, replays and restores, and nobody read it who does not consume or restore", () => {
    const may = (right: "read" | "write") =>
      KAFKA_USERS.filter((user) =>
        grantsOf(user, "ticks", "tickhouse").some(({ on, may }) => on === "topic" && may.includes(right)),
      );
    expect(may("write")).toEqual(["producer", "replay", "restore"]);
    expect(may("read")).toEqual(["clickhouse", "audit", "restore"]);
  });

  it("lets the consumers' group be used by the consumers alone, and set by a restore", () => {
    const users = KAFKA_USERS.filter((user) =>
      grantsOf(user, "ticks", "tickhouse").some(
        ({ on, name, may, prefixed }) =>
          on === "group" &&
          may.some((right) => right !== "describe") &&
          (prefixed ? "tickhouse".startsWith(name) : name === "tickhouse"),
      ),
    );
    expect(users).toEqual(["clickhouse", "restore"]);
  });
});

it("no listener goes without a login, and what no rule allows is denied", () => {
  const properties = securityProperties(["INSIDE", "CONTROLLER"]);
  expect(properties["listener.security.protocol.map"]).toBe(
    "INSIDE:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
  );
  expect(properties["authorizer.class.name"]).toContain("StandardAuthorizer");
  expect(properties["allow.everyone.if.no.acl.found"]).toBeUndefined();
});

it("a broker knows its own password, and those of users that log in with PLAIN", () => {
  const jaas = renderJaas("own", { "clickhouse-1": "theirs" });
  expect(jaas).toContain('user_kafka="own"');
  expect(jaas).toContain('user_clickhouse-1="theirs"');
  expect(jaas.match(/^ {4}user_/gm)).toHaveLength(2);
});
