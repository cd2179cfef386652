import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTopology, shardsOf } from "./topology.ts";

const PORTS = { clickhouseHttpPort: 8123, clickhouseNativePort: 9000 };

describe("createTopology", () => {
  it("lays two shards of two replicas out, shard by shard", () => {
    const { nodes, cluster } = createTopology({ shards: 2, replicasPerShard: 2, partitions: 4, ...PORTS });
    expect(cluster).toBe("analytics_cluster");
    expect(nodes).toEqual([
      { name: "clickhouse-01", shard: "01", replica: 1, httpPort: 8123, nativePort: 9000 },
      { name: "clickhouse-01-2", shard: "01", replica: 2, httpPort: 8124, nativePort: 9001 },
      { name: "clickhouse-02", shard: "02", replica: 1, httpPort: 8125, nativePort: 9002 },
      { name: "clickhouse-02-2", shard: "02", replica: 2, httpPort: 8126, nativePort: 9003 },
    ]);
  });

  it("leaves every node its name and shard when replicas or shards are added", () => {
    const shardOf = (shards: number, replicasPerShard: number) =>
      new Map(
        createTopology({ shards, replicasPerShard, partitions: 48, ...PORTS }).nodes.map(
          ({ name, shard, replica }) => [name, `${shard}/${replica}`],
        ),
      );
    const before = shardOf(2, 1);
    for (const after of [shardOf(2, 2), shardOf(3, 1), shardOf(16, 3)])
      for (const [name, place] of before) expect(after.get(name)).toBe(place);
  });

  it("names beyond nine sort as they count", () => {
    const names = createTopology({ shards: 12, replicasPerShard: 1, partitions: 12, ...PORTS }).nodes.map(
      ({ name }) => name,
    );
    expect(names).toEqual([...names].sort());
    expect(names.at(-1)).toBe("clickhouse-12");
  });

  it.each([
    [2, 1, 4, 2],
    [2, 1, 5, 2],
    [2, 2, 4, 1],
    [3, 1, 3, 1],
    [4, 1, 2, 1],
  ])(
    "%i shards of %i replicas and %i partitions: %i consumers a node",
    (shards, replicasPerShard, partitions, expected) => {
      expect(createTopology({ shards, replicasPerShard, partitions, ...PORTS }).consumersPerNode).toBe(
        expected,
      );
    },
  );

  it("never runs more consumers than there are partitions, where each node has one at least", () => {
    const sizes = fc.record({
      shards: fc.integer({ min: 1, max: 16 }),
      replicasPerShard: fc.integer({ min: 1, max: 3 }),
      partitions: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(sizes, (size) => {
        const { nodes, consumersPerNode } = createTopology({ ...size, ...PORTS });
        expect(consumersPerNode).toBeGreaterThanOrEqual(1);
        if (size.partitions >= nodes.length)
          expect(consumersPerNode * nodes.length).toBeLessThanOrEqual(size.partitions);
      }),
    );
  });

  it("gives every node names and ports of its own", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16 }),
        fc.integer({ min: 1, max: 3 }),
        (shards, replicasPerShard) => {
          const { nodes } = createTopology({ shards, replicasPerShard, partitions: 64, ...PORTS });
          expect(new Set(nodes.map(({ name }) => name)).size).toBe(shards * replicasPerShard);
          expect(new Set(nodes.map(({ httpPort }) => httpPort)).size).toBe(nodes.length);
          expect(new Set(nodes.map(({ nativePort }) => nativePort)).size).toBe(nodes.length);
        },
      ),
    );
  });
});

describe("shardsOf", () => {
  it("gathers the replicas of each shard in order", () => {
    const shards = shardsOf(createTopology({ shards: 3, replicasPerShard: 2, partitions: 6, ...PORTS }));
    expect(shards.map((nodes) => nodes.map(({ shard, replica }) => `${shard}/${replica}`))).toEqual([
      ["01/1", "01/2"],
      ["02/1", "02/2"],
      ["03/1", "03/2"],
    ]);
  });
});
