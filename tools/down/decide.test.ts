import { describe, expect, it } from "vitest";
import { decideDown, describeHeld } from "./decide.ts";
import { findHeld, type StateResource } from "./held.ts";

const urn = (name: string) => `urn:pulumi:s::tickhouse::x::${name}`;
const table = (node: string, object: string, protect: boolean, kind = "data"): StateResource => ({
  urn: urn(`${node}/${object}`),
  type: "pulumi-nodejs:dynamic/tickhouse:SqlFile",
  protect,
  outputs: { object, kind },
});

const PROTECTED: StateResource[] = [
  {
    urn: urn("v"),
    type: "docker:index/volume:Volume",
    protect: true,
    outputs: { name: "tickhouse-x-kafka-1-data" },
  },
  {
    urn: urn("c"),
    type: "docker:index/volume:Volume",
    outputs: { name: "tickhouse-x-clickhouse-01-config" },
  },
  {
    urn: urn("d"),
    type: "pulumi-nodejs:dynamic/local:Directory",
    protect: true,
    outputs: { path: "/w/.tickhouse/x/kafka" },
  },
  {
    urn: urn("n"),
    type: "kubernetes:core/v1:Namespace",
    protect: true,
    inputs: { metadata: { name: "tickhouse-x" } },
  },
  {
    urn: urn("p"),
    type: "kubernetes:core/v1:PersistentVolumeClaim",
    protect: true,
    inputs: {
      metadata: { name: "data-clickhouse-01" },
      spec: { resources: { requests: { storage: "20Gi" } } },
    },
  },
  { urn: urn("m"), type: "pulumi-nodejs:dynamic/tickhouse:ShardMap", protect: true, outputs: { shards: 2 } },
  table("clickhouse-01", "ticks_local", true),
  table("clickhouse-02", "ticks_local", true),
  table("clickhouse-01", "bars_1m", true),
  table("clickhouse-01", "ticks_all", false, "distributed"),
];

const held = findHeld(PROTECTED);
const wish = { stack: "x", protectData: true, keepData: false };

describe("findHeld", () => {
  it("names volumes with the size that was asked for, folders and namespaces, and each protected table", () => {
    expect(held.places).toEqual([
      "volume tickhouse-x-kafka-1-data",
      "folder /w/.tickhouse/x/kafka",
      "namespace tickhouse-x",
      "volume data-clickhouse-01 (20Gi)",
    ]);
    expect(held.tables.map(({ name }) => name)).toEqual(["ticks_local", "ticks_local", "bars_1m"]);
    expect(held.unprotectedTables).toBe(false);
  });

  it("sees data tables that the last up left unprotected, and no other object", () => {
    expect(findHeld([table("clickhouse-01", "ticks_local", false)]).unprotectedTables).toBe(true);
    expect(findHeld([table("clickhouse-01", "ticks_all", false, "distributed")]).unprotectedTables).toBe(
      false,
    );
  });
});

describe("decideDown", () => {
  it("refuses while the setting protects, names what is kept, and tells both ways on", () => {
    const decision = decideDown(wish, held);
    expect(decision.kind).toBe("refuse");
    const { says } = decision as { says: string };
    expect(says).toContain("nothing was removed");
    expect(says).toContain("volume tickhouse-x-kafka-1-data");
    expect(says).toContain("data tables bars_1m, ticks_local");
    expect(says).toContain("npm run down -- --stack x --keep-data");
    expect(says).toContain("pulumi config set tickhouse:protectData false --stack x");
  });

  it("takes everything once the setting lets go, whatever the state still says", () => {
    expect(decideDown({ ...wish, protectData: false }, held)).toEqual({ kind: "destroy" });
  });

  it("keeps the data when that is asked for, whatever the setting says", () => {
    expect(decideDown({ ...wish, keepData: true }, held)).toEqual({ kind: "keepData" });
    expect(decideDown({ ...wish, protectData: false, keepData: true }, held)).toEqual({ kind: "keepData" });
  });

  it("refuses to keep what is not protected", () => {
    expect(decideDown({ ...wish, keepData: true }, findHeld([]))).toMatchObject({ kind: "refuse" });
  });

  it("refuses where the setting protects data that the state does not protect yet", () => {
    const unprotected = findHeld([table("clickhouse-01", "ticks_local", false)]);
    expect(decideDown(wish, unprotected)).toMatchObject({
      kind: "refuse",
      says: expect.stringContaining("npm run up -- --stack x"),
    });
  });

  it("takes away what an up that failed early has left", () => {
    expect(decideDown(wish, findHeld([]))).toEqual({ kind: "destroy" });
  });
});

describe("describeHeld", () => {
  it("tells a table once, however many nodes have it", () => {
    expect(describeHeld(held).filter((line) => line.includes("ticks_local"))).toHaveLength(1);
  });
});
