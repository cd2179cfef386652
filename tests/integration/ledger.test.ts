import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withNode } from "../../infra/clickhouse/connection.ts";
import { type Node, openNode, readSequences, readSummaries } from "../../services/audit/src/index.ts";
import { readDetail } from "../../services/audit/src/ledger.ts";
import { auditPartition } from "../../services/audit/src/partition.ts";
import { anyModel, kindOf, type Model, startOf } from "../../services/audit/src/testing/model.ts";
import { applySchema, type Cluster, localSchema, startCluster } from "../support/engine.ts";

let cluster: Cluster;
let nodes: (Node & { close(): Promise<void> })[];

beforeAll(async () => {
  cluster = await startCluster({ shards: 2 });
  await applySchema(cluster, localSchema(cluster.topology));
  // As the API asks: read-only, and no more than its tables.
  nodes = cluster.connections.map(({ node, url, database }) =>
    openNode({ name: node, url, database, ...cluster.api }),
  );
});
afterAll(async () => {
  await Promise.all((nodes ?? []).map((node) => node.close()));
  await cluster?.stop();
});

const run = async (sql: string): Promise<void> => {
  const [first] = cluster.connections;
  if (first !== undefined) await withNode(first, (session) => session.run(sql));
};
const node = (index = 0): Node => nodes[index] as Node;

/** Stores a model's lines as consumption would: ticks and dead letters of one message may go to different shards. */
async function store(topic: string, { messages, empty }: Model): Promise<void> {
  const ticks: string[] = [];
  const letters: string[] = [];
  for (const [offset, lines] of messages)
    lines.forEach((line, index) => {
      const place = `'${topic}', 0, ${offset}, ${index}, ${lines.length}`;
      // Repeated now and then: what is delivered twice is stored twice, and counts once.
      const rows = line === "tick" ? ticks : letters;
      if (line !== "lost") rows.push(place, ...(offset % 3n === 0n ? [place] : []));
    });
  if (ticks.length > 0)
    await run(`INSERT INTO ticks_all (kafka_topic, kafka_partition, kafka_offset, kafka_line, kafka_lines, symbol, event_time, event_type)
      VALUES ${ticks.map((place, index) => `(${place}, 'S${index % 5}', '2025-11-14 19:25:17', 'quote')`).join(", ")}`);
  if (letters.length > 0)
    await run(`INSERT INTO dead_letters_all (kafka_topic, kafka_partition, kafka_offset, kafka_line, kafka_lines)
      VALUES ${letters.map((place) => `(${place})`).join(", ")}`);
  if (empty.size > 0)
    await run(`INSERT INTO empty_offsets_all (kafka_topic, kafka_partition, kafka_offset, found_at)
      VALUES ${[...empty].map((offset) => `('${topic}', 0, ${offset}, now64(3))`).join(", ")}`);
}

describe("the ledger", () => {
  it("tells of each offset what is true of it", async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(anyModel, async (model) => {
        runs += 1;
        const topic = `model-${runs}`;
        await store(topic, model);
        const summaries = (await readSummaries(node(runs % 2), topic)).get(0) ?? [];
        const audit = await auditPartition(model.offsets, summaries, (chunk) =>
          readDetail(node(), topic, 0, chunk),
        );
        const expected = { stored: 0n, deadLettered: 0n, pending: 0n, empty: 0n, missing: 0n };
        for (let offset = startOf(model); offset < model.offsets.end; offset += 1n)
          expected[kindOf(model, offset)] += 1n;
        expect(audit).toMatchObject({ start: startOf(model), end: model.offsets.end, ...expected });
      }),
      { numRuns: 40 },
    );
  });

  it("counts the lines of messages with few, many and very many of them", async () => {
    const sizes = [1, 2, 15, 16, 17, 18, 300];
    const messages = new Map(
      sizes.map((lines, offset) => [BigInt(offset), Array<"tick">(lines).fill("tick")]),
    );
    await store("sizes", {
      messages,
      empty: new Set(),
      offsets: { partition: 0, low: 0n, end: 7n, committed: 7n },
    });
    const [summary] = (await readSummaries(node(), "sizes")).get(0) ?? [];
    const several = BigInt(sizes.slice(1).reduce((sum, lines) => sum + lines, 0));
    expect(summary).toMatchObject({ stored: 7n, lines: several, expectedLines: several });
  });

  it("is read in parts where it is long", async () => {
    const far = 65_536n * 400n;
    for (const offset of [0n, far / 2n, far])
      await store("long", {
        messages: new Map([[offset, ["tick"]]]),
        empty: new Set(),
        offsets: { partition: 0, low: 0n, end: far + 1n, committed: far + 1n },
      });
    const summaries = (await readSummaries(node(), "long")).get(0) ?? [];
    expect(summaries.map(({ firstStored }) => firstStored)).toEqual([0n, far / 2n, far]);
  });
});

describe("the sources' own numbers", () => {
  const trades = (symbol: string, numbers: readonly bigint[], type = "trade"): Promise<void> =>
    run(`INSERT INTO ticks_all (exchange, symbol, event_time, seq_id, event_type, side)
      SELECT 'XNAS', '${symbol}', '2025-11-14 19:25:17', arrayJoin([${numbers.join(", ")}]), '${type}', 'buy'`);
  const upTo = (from: bigint, to: bigint, but: readonly bigint[] = []): bigint[] =>
    Array.from({ length: Number(to - from) + 1 }, (_, index) => from + BigInt(index)).filter(
      (n) => !but.includes(n),
    );

  it("have the gaps that they have, over chunks and event types, and nothing is said of those that are no sequence", async () => {
    const huge = 2n ** 63n;
    await trades("WHOLE", upTo(5n, 50n));
    await trades("GAPS", upTo(65_530n, 65_550n, [65_533n, 65_534n, 65_535n, 65_536n, 65_540n]));
    await trades("SHARED", [1n, 3n, 5n, 7n, 9n]);
    await trades("SHARED", [2n, 4n, 8n], "quote");
    await trades("APART", upTo(1n, 20n, [7n]));
    await trades("APART", [1_000_000_000n, 2_000_000_000n, 3_000_000_000n], "quote");
    await trades("HUGE", [huge, huge + 1n, huge + 3n]);
    await trades("TIMES", [1_763_148_317_000n, 1_763_148_999_000n, 1_763_149_999_000n]);
    for (const [from, to] of [
      [1, 60_000],
      [140_000, 200_000],
    ] as const)
      await run(`INSERT INTO ticks_all (exchange, symbol, event_time, seq_id, event_type)
        SELECT 'XNAS', 'HOLE', '2025-11-14 19:25:17', number, 'trade' FROM numbers(${from}, ${to - from + 1})`);

    const { numbered, notNumbered } = await readSequences(node());
    const ours = numbered.filter(({ exchange }) => exchange === "XNAS");
    const told = Object.fromEntries(
      ours.map(({ symbol, kind, first, last, count, missing, gaps }) => [
        `${symbol} ${kind}`,
        [first, last, count, missing, gaps.map(({ from, to }) => [from, to])],
      ]),
    );
    expect(told).toEqual({
      "WHOLE all": [5n, 50n, 46n, 0n, []],
      "GAPS all": [
        65_530n,
        65_550n,
        16n,
        5n,
        [
          [65_533n, 65_537n],
          [65_540n, 65_541n],
        ],
      ],
      "SHARED all": [1n, 9n, 8n, 1n, [[6n, 7n]]],
      "APART trade": [1n, 20n, 19n, 1n, [[7n, 8n]]],
      "HUGE all": [huge, huge + 3n, 3n, 1n, [[huge + 2n, huge + 3n]]],
      "HOLE all": [1n, 200_000n, 120_001n, 79_999n, [[60_001n, 140_000n]]],
    });
    expect(notNumbered.filter(({ exchange }) => exchange !== "")).toEqual([
      { exchange: "XNAS", symbol: "TIMES" },
    ]);
  });

  it("are listed as far as is asked, the first ones", async () => {
    await trades(
      "MANY",
      upTo(1n, 400n).filter((n) => n % 3n !== 0n),
    );
    const { numbered } = await readSequences(node(1), { gaps: 4 });
    const many = numbered.find(({ symbol }) => symbol === "MANY");
    expect(many).toMatchObject({ missing: 133n });
    expect(many?.gaps.map(({ from }) => from)).toEqual([3n, 6n, 9n, 12n]);
    const none = await readSequences(node(1), { series: 0 });
    expect(none.numbered.every(({ gaps }) => gaps.length === 0)).toBe(true);
  });
});
