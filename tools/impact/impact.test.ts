import { describe, expect, it } from "vitest";
import { describeImpact } from "./describe.ts";
import { type Impact, impactOf } from "./impact.ts";
import { readSteps, type Step } from "./steps.ts";

const SQL = "pulumi-nodejs:dynamic/tickhouse:SqlFile";
const step = (op: Step["op"], type: string, name: string, more: Partial<Step> = {}): Step => ({
  op,
  type,
  name,
  old: {},
  new: {},
  protect: false,
  diffs: [],
  ...more,
});

/** One SQL file on a node, whose text or live object is another one. */
const sqlFile = (op: Step["op"], node: string, object: string, kind: string, old: object = {}): Step =>
  step(op, SQL, `${node}/${object}`, {
    old: { object, kind, contentHash: "a", appliedDefinition: "d", liveDefinition: "d", ...old },
    new: op === "delete" ? {} : { object, kind, contentHash: "b" },
  });

/** What every change of the schema brings with it. */
const consumption = step("update", "pulumi-nodejs:dynamic/tickhouse:Consumption", "schema-consumption");

const of = (part: Impact["part"], ...steps: Step[]): string[] =>
  impactOf(steps)
    .filter((impact) => impact.part === part)
    .map(({ what, happens }) => `${what}: ${happens}`);

describe("impactOf", () => {
  it("alters a data table in place, on each node, without pausing anything", () => {
    const steps = ["clickhouse-01", "clickhouse-02"].map((node) =>
      sqlFile("update", node, "ticks_local", "data"),
    );
    expect(impactOf(steps)).toEqual([
      { part: "tables", what: "ticks_local on 2 nodes", happens: "altered in place, its rows stay" },
    ]);
  });

  it("replaces what has no data of its own, with consumers paused meanwhile", () => {
    const steps = [sqlFile("update", "clickhouse-01", "dead_letters_mv", "view")];
    expect(impactOf(steps)).toEqual([
      {
        part: "tables",
        what: "dead_letters_mv on 1 node",
        happens: "replaced, has no data of its own",
      },
      {
        part: "consumers",
        what: "all nodes",
        happens: "paused while 1 object is applied; ticks wait in Kafka",
      },
    ]);
  });

  it("sees nothing in a file that only learns another address or password", () => {
    const moved = sqlFile("update", "clickhouse-01", "ticks_all", "distributed", { contentHash: "b" });
    expect(impactOf([moved])).toEqual([]);
  });

  it("sees an object that is no longer as it was applied", () => {
    const drifted = sqlFile("update", "clickhouse-01", "ticks_all", "distributed", {
      contentHash: "b",
      liveDefinition: "another",
    });
    expect(of("tables", drifted)).toEqual(["ticks_all on 1 node: replaced, has no data of its own"]);
  });

  it("tells new tables and views, and pauses for both", () => {
    const steps = [
      sqlFile("create", "clickhouse-01", "new_table", "data"),
      sqlFile("create", "clickhouse-01", "new_view", "view"),
      consumption,
    ];
    expect(of("tables", ...steps)).toEqual([
      "new_table on 1 node: new data table",
      "new_view on 1 node: new object, without data of its own",
    ]);
    expect(of("consumers", ...steps)).toEqual([
      "all nodes: paused while 2 objects are applied; ticks wait in Kafka",
    ]);
  });

  it("has nothing to tell of a stack that is new", () => {
    expect(impactOf([sqlFile("create", "clickhouse-01", "ticks_local", "data")])).toEqual([]);
  });

  it.each(["delete", "replace"] as const)("refuses to %s a data table", (op) => {
    expect(of("tables", sqlFile(op, "clickhouse-01", "ticks_local", "data"))).toEqual([
      "ticks_local on 1 node: refused: a data table is not dropped by an update",
    ]);
  });

  it("names the servers that restart, in their order, and leaves services out", () => {
    const container = "docker:index/container:Container";
    expect(
      of(
        "servers",
        step("replace", container, "clickhouse-01"),
        step("replace", container, "clickhouse-01-files"),
        step("replace", container, "clickhouse-02"),
        step("replace", container, "api"),
      ),
    ).toEqual([
      "clickhouse-01: restarted, with its volume, 1 of 2",
      "clickhouse-02: restarted, with its volume, 2 of 2",
    ]);
  });

  it.each([
    ["a process", "pulumi-nodejs:dynamic/local:Process", "kafka", [], ["kafka: restarted, with its folder"]],
    [
      "a pod with another template",
      "kubernetes:apps/v1:StatefulSet",
      "kafka-1",
      ["spec.template.metadata.labels"],
      ["kafka-1: restarted, with its volume"],
    ],
    ["a pod with another label", "kubernetes:apps/v1:StatefulSet", "keeper-1", ["metadata.labels"], []],
    [
      "a container with another limit",
      "docker:index/container:Container",
      "kafka-1",
      ["memory"],
      ["kafka-1: changed while it runs"],
    ],
  ])("knows what an update does to %s", (_what, type, name, diffs, expected) => {
    expect(of("servers", step("update", type, name, { diffs }))).toEqual(expected);
  });

  it("tells a volume that grows, goes, or is protected", () => {
    const claim = "kubernetes:core/v1:PersistentVolumeClaim";
    const size = (storage: string) => ({ spec: { resources: { requests: { storage } } } });
    expect(
      of(
        "volumes",
        step("update", claim, "clickhouse-01-data", { old: size("20Gi"), new: size("40Gi") }),
        step("update", claim, "kafka-1-data", { old: size("20Gi"), new: size("20Gi") }),
        step("delete", claim, "clickhouse-01-2-data"),
        step("delete", "docker:index/volume:Volume", "kafka-2-data", { protect: true }),
        step("delete", "docker:index/volume:Volume", "kafka-2-config"),
        step("create", "pulumi-nodejs:dynamic/local:Directory", "clickhouse-03"),
        step("create", "pulumi-nodejs:dynamic/local:Directory", "api"),
      ),
    ).toEqual([
      "clickhouse-01-data: grown in place, 20Gi -> 40Gi",
      "clickhouse-01-2-data: deleted with its data",
      "kafka-2-data: refused: it is protected (tickhouse:protectData)",
      "clickhouse-03: made, empty",
    ]);
  });

  it("tells what becomes of the topic", () => {
    const partitions = (count: number) => ({ partitions: count });
    expect(
      of(
        "topic",
        step("update", "pulumi-nodejs:dynamic/tickhouse:Topic", "ticks", {
          old: partitions(4),
          new: partitions(8),
        }),
      ),
    ).toEqual(["ticks: changed in place, partitions 4 -> 8"]);
  });
});

describe("readSteps", () => {
  const event = (op: string, urn: string, more: object = {}): string =>
    JSON.stringify({
      resourcePreEvent: { metadata: { op, urn, type: "t", old: null, new: null, ...more } },
    });

  it("makes one step of a replacement, and none of what stays the same", () => {
    const log = [
      JSON.stringify({ summaryEvent: {} }),
      event("same", "urn:pulumi:s::p::t::a"),
      event("replace", "urn:pulumi:s::p::t::b", { diffs: ["image"], new: { inputs: { image: "2" } } }),
      event("update", "urn:pulumi:s::p::t::c", {
        old: { protect: true, inputs: { x: 1 }, outputs: { x: 2 } },
      }),
      event("create-replacement", "urn:pulumi:s::p::t::b", { new: { inputs: { image: "2" } } }),
      event("delete-replaced", "urn:pulumi:s::p::t::b"),
    ].join("\n");
    expect(readSteps(log)).toEqual([
      step("replace", "t", "b", { new: { image: "2" }, diffs: ["image"] }),
      step("update", "t", "c", { old: { x: 2 }, protect: true }),
    ]);
  });
});

describe("describeImpact", () => {
  it("names a part once, and says when there is nothing", () => {
    const text = describeImpact([
      { part: "servers", what: "clickhouse-01", happens: "restarted" },
      { part: "servers", what: "clickhouse-02", happens: "restarted" },
    ]);
    expect(text.match(/servers/g)).toHaveLength(1);
    expect(text).toContain("clickhouse-02");
    expect(describeImpact([])).toMatch(/none/);
  });
});
