import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Connection, withNode } from "../../infra/clickhouse/connection.ts";
import { pollUntil } from "../../infra/poll.ts";
import { readSqlFiles } from "../../infra/schema/files.ts";
import { schemaNames } from "../../infra/schema/names.ts";
import { renderSchema, withoutReplication } from "../../infra/schema/render.ts";
import type { Statement } from "../../infra/schema/statement.ts";
import { ROOT } from "../../infra/targets/local/layout.ts";
import { startApi } from "../../services/api/src/testing/startApi.ts";
import {
  type Audit,
  type AuditJson,
  audit,
  auditJson,
  type Node,
  openNode,
} from "../../services/audit/src/index.ts";
import { type Verified, verify } from "../../tools/verify/run.ts";
import { applySchema, type Cluster, localSchema, SCHEMA_SETTINGS, startCluster } from "../support/engine.ts";
import { freePorts } from "../support/freePort.ts";
import { createTopic, startKafka, type TestKafka } from "../support/kafka.ts";
import { type Feed, openFeed, type Sent, whileLosing } from "../support/lossyFeed.ts";
import { makeFeed } from "../support/ticks.ts";

const TOPIC = "ticks";
const PARTITIONS = 4;
const SYMBOLS = ["AAPL", "MSFT", "NVDA", "AMD", "TSLA", "BTCUSDT"];
const CONSUME_DEADLINE_MS = 60_000;
const PLAIN = { wait: false, heal: false };
const HEAL = { wait: false, heal: true };

let broker: TestKafka;
let cluster: Cluster;
let schema: Statement[];
let feed: Feed;
let stack: Verified;
let open: ReturnType<typeof openNode>[];

beforeAll(async () => {
  broker = await startKafka();
  await createTopic(broker.bootstrap, TOPIC, PARTITIONS);
  cluster = await startCluster({
    shards: 2,
    partitions: PARTITIONS,
    bootstrap: broker.bootstrap,
    topic: TOPIC,
  });
  schema = localSchema(cluster.topology);
  await applySchema(cluster, schema);
  feed = await openFeed(broker.bootstrap, TOPIC);
  open = cluster.connections.map(({ node, ...rest }) => openNode({ ...rest, ...cluster.audit, name: node }));
  stack = {
    kafka: { bootstrap: broker.bootstrap, topic: TOPIC, group: "tickhouse" },
    auditors: cluster.connections.map((node) => ({ ...node, ...cluster.audit })),
    ingestors: cluster.connections.map((node) => ({ ...node, ...cluster.ingest })),
    nodes: open,
  };
});
afterAll(async () => {
  await Promise.all([feed?.close(), ...(open ?? []).map((node) => node.close())]);
  await cluster?.stop();
  await broker?.stop();
});

let feeds = 0;
/** Ticks of a feed of its own, each as a line. */
function lines(trades: number): string[] {
  feeds += 1;
  const startMicros = 1_763_130_600_000_000n + BigInt(feeds) * 600_000_000n;
  return makeFeed({ symbols: SYMBOLS, exchange: "XNAS", trades, startMicros, seed: feeds }).map((tick) =>
    JSON.stringify(tick),
  );
}

/** One line a message, spread over the partitions. */
const alone = (texts: readonly string[]): Sent[] =>
  texts.map((value, index) => ({ partition: index % PARTITIONS, value }));

/** As the owner: the audit's user may not look at ticks. */
const query = <Row>(sql: string): Promise<Row[]> =>
  withNode(cluster.connections[0] as Connection, (node) => node.rows<Row>(sql));
const countOf = async (sql: string): Promise<number> =>
  Number((await query<{ n: number }>(`SELECT count() AS n FROM ${sql}`))[0]?.n);
const sum = (
  { partitions }: Audit,
  name: "stored" | "deadLettered" | "empty" | "missing" | "pending",
): number => partitions.reduce((total, each) => total + Number(each[name]), 0);
const missing = ({ partitions }: Audit): string[] =>
  partitions.flatMap(({ partition, missingRanges }) =>
    missingRanges.map(({ from, to }) => `${partition}: ${from}-${to}`),
  );

/** Waits until the group has read everything, markers and empty values included: a last tick takes it past them. */
async function untilRead(): Promise<void> {
  const last = await feed.send(alone(lines(1).slice(0, PARTITIONS)));
  const read = await pollUntil(CONSUME_DEADLINE_MS, async () => {
    const { partitions } = await audit(stack);
    return partitions.every(({ partition, committed = 0n }) => committed > (last[partition] ?? 0n))
      ? true
      : undefined;
  });
  expect(read, `all messages are read within ${CONSUME_DEADLINE_MS} ms`).toBe(true);
}

/** What an audit says, held against sums of its own. */
function expectSums({ partitions }: Audit): void {
  for (const each of partitions) {
    const { start, end, stored, deadLettered, pending, empty, missing: lost } = each;
    expect(start + stored + deadLettered + pending + empty + lost, `partition ${each.partition}`).toBe(end);
  }
}

describe("a feed that is clean", () => {
  it("is complete, to the message", async () => {
    const before = await audit(stack);
    expect(before).toMatchObject({ verdict: "complete", problems: [] });
    const ticks = lines(40);
    const grouped = [ticks.splice(0, 3), ticks.splice(0, 5)].map((group) => group.join("\n"));
    await feed.send([
      ...alone(ticks),
      { partition: 0, value: grouped[0] ?? "" },
      { partition: 1, value: `${grouped[1]}\nbroken\n` },
      { partition: 2, value: "broken" },
      { partition: 2, value: "broken\nas well" },
      { partition: 3, value: "\n \n" },
    ]);
    await untilRead();
    const result = await verify(stack, PLAIN);
    expectSums(result);
    expect(missing(result)).toEqual([]);
    expect(result.verdict).toBe("complete");
    expect(sum(result, "stored")).toBe(ticks.length + 2 + PARTITIONS);
    expect(sum(result, "deadLettered")).toBe(3);
  });

  it("is complete with empty values, markers and aborted messages in it, once they were looked up", async () => {
    const [first = ""] = lines(1);
    await feed.send([
      { partition: 1, value: null },
      { partition: 1, value: "" },
      { partition: 2, value: first },
      { partition: 2, value: null },
    ]);
    await feed.transaction([{ partition: 3, value: first }], "commit");
    await feed.transaction([{ partition: 3, value: first }], "abort");
    await untilRead();
    // The ledger alone can't tell them from a loss.
    const unsure = await audit(stack);
    expect(sum(unsure, "missing")).toBe(6);
    const result = await verify(stack, PLAIN);
    expectSums(result);
    expect(result.verdict).toBe("complete");
    expect([sum(result, "missing"), sum(result, "empty")]).toEqual([0, 6]);
    expect((await audit(stack)).verdict).toBe("complete");
  });

  it("is complete at its very end too when that holds nothing, which nobody ever commits", async () => {
    await feed.transaction([{ partition: 0, value: lines(1)[0] ?? "" }], "commit");
    const waited = await verify(stack, { wait: true, heal: false });
    expect([waited.verdict, sum(waited, "pending")]).toEqual(["complete", 0]);
  });
});

/** Every tick and dead letter as often as it is stored, so that what comes twice shows. */
const stored = async () => ({
  raw: await countOf("ticks_all"),
  history: await countOf("ticks_dedup_all FINAL"),
  letters: await countOf("dead_letters_all FINAL"),
});

describe("messages that were read and lost", () => {
  /** Offsets whose messages are lost; partition 3 loses lines of messages instead. */
  const lost = new Map<number, bigint[]>();
  const binary = Buffer.from([0x7b, 0x22, 0xff, 0x00, 0xfe, 0x0d, 0x80, 0x22, 0x7d]);
  let before: Awaited<ReturnType<typeof stored>>;
  let sentTicks = 0;

  beforeAll(async () => {
    before = await stored();
    const seqBroken =
      "NOT (symbol = 'TSLA' AND kafka_partition != 3) AND NOT (kafka_partition = 3 AND kafka_line = 1)";
    await whileLosing(cluster, schema, { kafka_to_buffer_mv: seqBroken, dead_letters_mv: "0" }, async () => {
      const ticks = lines(10);
      sentTicks = ticks.length;
      const three = ticks.splice(0, 3);
      const messages: Sent[] = [
        ...ticks.map((value, index) => ({ partition: index % 3, value })),
        { partition: 3, value: three.join("\n") },
        { partition: 3, value: binary, headers: { "tickhouse-replay-of": "ticks/3/1/0" } },
      ];
      const offsets = await feed.send(messages);
      messages.forEach(({ partition, value }, index) => {
        const gone = partition === 3 || String(value).includes('"TSLA"');
        if (gone) lost.set(partition, [...(lost.get(partition) ?? []), offsets[index] ?? 0n]);
      });
      await untilRead();
      sentTicks += PARTITIONS;
    });
  });

  it("are found, exactly these", async () => {
    const result = await verify(stack, PLAIN);
    expectSums(result);
    expect(result.verdict).toBe("incomplete");
    const found = result.partitions.flatMap(({ partition, missingRanges }) =>
      missingRanges.flatMap(({ from, to }) =>
        Array.from({ length: Number(to - from) }, (_, index) => `${partition}/${from + BigInt(index)}`),
      ),
    );
    const expected = [...lost].flatMap(([partition, offsets]) =>
      offsets.map((offset) => `${partition}/${offset}`),
    );
    expect(found.sort()).toEqual(expected.sort());
    expect(expected.length).toBeGreaterThan(10);
  });

  it("are told by the API in the same numbers, to a user that may only read", async () => {
    const { api: user, connections } = cluster;
    const api = await startApi({
      clickhouse: { urls: connections.map(({ url }) => url), database: "tickhouse", ...user },
      kafka: stack.kafka,
    });
    try {
      const answer = (await (await api.get("/audit")).json()) as AuditJson;
      const { at: _, ...expected } = auditJson(await audit(stack));
      expect(answer).toMatchObject(expected);
      expect(answer.verdict).toBe("incomplete");
      expect((await api.get("/audit?sequences=true")).status).toBe(200);
      const text = await api.metrics();
      expect(text).toContain("tickhouse_audit_up 1");
      expect(text).toContain(`tickhouse_audit_missing_offsets{topic="ticks",partition="3"} 2`);
      expect(text).toMatch(/tickhouse_audit_stored_offsets\{topic="ticks",partition="0"\} [1-9]/);
    } finally {
      await api.stop();
    }
  });

  it("are healed: everything is stored, with the very bytes that were sent", async () => {
    const result = await verify(stack, HEAL);
    expectSums(result);
    expect(missing(result)).toEqual([]);
    expect(result.verdict).toBe("complete");
    const after = await stored();
    expect(after.history).toBe(before.history + sentTicks);
    expect(after.letters).toBe(before.letters + 1);
    // The two lines that had been stored of the message whose second line was lost.
    expect(after.raw).toBe(before.raw + sentTicks + 2);
    expect(
      await query(
        "SELECT hex(raw_message) AS bytes, replay_of FROM dead_letters_all FINAL WHERE notEmpty(replay_of)",
      ),
    ).toEqual([{ bytes: binary.toString("hex").toUpperCase(), replay_of: "ticks/3/1/0" }]);
  });

  it("are not healed twice", async () => {
    const once = await stored();
    expect((await verify(stack, HEAL)).verdict).toBe("complete");
    expect(await stored()).toEqual(once);
  });

  it("leave nothing of the tool in Kafka, and the warehouse's group where it was", async () => {
    const { groups } = await feed.admin.listGroups();
    expect(groups.map(({ groupId }) => groupId)).toEqual(["tickhouse"]);
  });
});

describe("a ledger that lost rows", () => {
  it("is healed: what is there comes in again, and counts once", async () => {
    const before = await stored();
    for (const node of cluster.connections)
      await withNode(node, (session) =>
        session.run("ALTER TABLE offset_ledger DELETE WHERE kafka_partition = 2 SETTINGS mutations_sync = 2"),
      );
    const result = await verify(stack, HEAL);
    expect([result.verdict, missing(result)]).toEqual(["complete", []]);
    const after = await stored();
    expect([after.history, after.letters]).toEqual([before.history, before.letters]);
    expect(after.raw).toBeGreaterThan(before.raw);
  });
});

describe("a Buffer that gathers rows", () => {
  const throughput = () => {
    const names = schemaNames(
      { ...SCHEMA_SETTINGS, retentionDays: 0, flushIntervalMs: 200, bufferMode: "throughput" },
      cluster.topology,
    );
    return renderSchema(readSqlFiles(join(ROOT, "schema")), names).map(withoutReplication);
  };

  it("makes the verdict unknown while it holds what was read, and is flushed by the tool", async () => {
    await applySchema(cluster, throughput());
    await feed.send(alone(lines(4)));
    const held = await pollUntil(CONSUME_DEADLINE_MS, async () => {
      const result = await audit(stack);
      return sum(result, "missing") >= 24 ? result : undefined;
    });
    expect(held?.verdict).toBe("unknown");
    expect(held?.problems.join()).toMatch(/clickhouse-0\d holds \d+ row\(s\) in memory/);
    expect(held?.buffered.reduce((rows, each) => rows + each.rows, 0)).toBeGreaterThan(0);
    const result = await verify(stack, { wait: true, heal: false });
    expect([result.verdict, sum(result, "pending")]).toEqual(["complete", 0]);
  });
});

describe("what can't be told", () => {
  it("is said of a node that does not answer, by its name, and is no loss", async () => {
    const [port] = await freePorts(1);
    const dead = openNode({
      ...cluster.connections[1],
      name: "clickhouse-02",
      url: `http://127.0.0.1:${port}`,
    } as never);
    await expect(audit({ ...stack, nodes: [stack.nodes[0] as Node, dead] })).rejects.toMatchObject({
      code: "NODE_UNREACHABLE",
      message: expect.stringMatching(
        /^clickhouse-02 does not answer at http:\/\/127\.0\.0\.1:\d+: ECONNREFUSED$/,
      ),
    });
    await dead.close();
  });

  it("is said of a broker that does not answer, and of a topic that is not there", async () => {
    const [port] = await freePorts(1);
    const nowhere = { ...stack.kafka, bootstrap: `127.0.0.1:${port}`, deadlineMs: 1_500 };
    await expect(audit({ ...stack, kafka: nowhere })).rejects.toMatchObject({ code: "KAFKA_UNREACHABLE" });
    const unknown = { ...stack.kafka, topic: "other", deadlineMs: 1_500 };
    await expect(audit({ ...stack, kafka: unknown })).rejects.toMatchObject({ code: "TOPIC_MISSING" });
    expect(await feed.admin.listTopics()).not.toContain("other");
  });

  it("is not healed where Kafka has it no longer: lost", async () => {
    let gone = 0n;
    const nothing = { kafka_to_buffer_mv: "kafka_partition != 1", dead_letters_mv: "1" };
    await whileLosing(cluster, schema, nothing, async () => {
      [gone = 0n] = await feed.send([{ partition: 1, value: lines(1)[0] ?? "" }]);
      await untilRead();
    });
    await feed.admin.deleteTopicRecords({
      topic: TOPIC,
      partitions: [{ partition: 1, offset: String(gone + 1n) }],
    });
    const result = await verify(stack, HEAL);
    expectSums(result);
    expect(result.verdict).toBe("incomplete");
    expect(missing(result)).toEqual([`1: ${gone}-${gone + 1n}`]);
    expect(result.partitions[1]?.low).toBe(gone + 1n);
  });

  it("is said of offsets that Kafka can't have sent", async () => {
    const [owner] = cluster.connections;
    if (owner !== undefined)
      await withNode(owner, (session) =>
        session.run(
          "INSERT INTO ticks_all (kafka_topic, kafka_partition, kafka_offset, kafka_lines, symbol, event_time, event_type) VALUES ('ticks', 0, 1000000, 1, 'AAPL', '2025-11-14 19:25:17', 'quote')",
        ),
      );
    const result = await verify(stack, HEAL);
    expect(result.verdict).toBe("unknown");
    expect(result.problems.join()).toContain("partition 0: the ledger has offsets up to 1000000");
  });
});
