import kafkajs, { type Admin, type Producer } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tick } from "../../services/common/src/index.ts";
import { applySchema, type Cluster, localSchema, startCluster } from "../../tests/support/engine.ts";
import { createTopic, startKafka, type TestKafka } from "../../tests/support/kafka.ts";
import { type Bar, barDifferences, plainBars } from "../../tests/support/plainLoop.ts";
import { makeFeed } from "../../tests/support/ticks.ts";
import { withNode } from "../clickhouse/connection.ts";
import { pollUntil } from "../poll.ts";
import { applyFile } from "./apply/applyFile.ts";
import { pauseConsumption, pausedTables, resumeConsumption } from "./apply/consumption.ts";
import { orderStatements, readsKafka } from "./order.ts";
import { parseStatement, type Statement } from "./statement.ts";

const TOPIC = "ticks";
const GROUP = "tickhouse";
const PARTITIONS = 4;
const CONSUME_DEADLINE_MS = 60_000;
const SYMBOLS = [
  "AAPL",
  "MSFT",
  "NVDA",
  "AMZN",
  "TSLA",
  "GOOG",
  "META",
  "NFLX",
  "AMD",
  "INTC",
  "BTCUSDT",
  "ETHUSDT",
];
/** Sent twice now and then: a fast bar counts them twice, so it is compared for the others. */
const DOUBLED = new Set(SYMBOLS.slice(0, 3));
const START_MICROS = 1_763_130_600_000_000n;

let kafka: TestKafka;
let cluster: Cluster;
let schema: Statement[];
let admin: Admin;
let producer: Producer;

beforeAll(async () => {
  kafka = await startKafka();
  await createTopic(kafka.bootstrap, TOPIC, PARTITIONS);
  const client = new kafkajs.Kafka({ brokers: [kafka.bootstrap], logLevel: kafkajs.logLevel.NOTHING });
  [admin, producer] = [
    client.admin(),
    client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner }),
  ];
  await Promise.all([admin.connect(), producer.connect()]);
  cluster = await startCluster({
    shards: 2,
    partitions: PARTITIONS,
    bootstrap: kafka.bootstrap,
    topic: TOPIC,
  });
  schema = localSchema(cluster.topology);
  await applySchema(cluster, schema);
});
afterAll(async () => {
  await Promise.all([admin?.disconnect(), producer?.disconnect()]);
  await cluster?.stop();
  await kafka?.stop();
});

/** What was sent, by the place that Kafka gave it: written down as it is sent, compared with what is stored. */
const sent = {
  ticks: [] as { place: string; tick: Tick }[],
  broken: [] as { place: string; text: string }[],
};

interface Message {
  readonly symbol: string;
  readonly ticks: readonly Tick[];
  /** Sent in place of the ticks. */
  readonly broken?: string;
}

/** Sends messages keyed by symbol; Kafka's answer says where each partition's began. */
async function send(messages: readonly Message[]): Promise<void> {
  const text = ({ ticks, broken }: Message) => broken ?? ticks.map((tick) => JSON.stringify(tick)).join("\n");
  const partitionOf = ({ symbol }: Message) => SYMBOLS.indexOf(symbol) % PARTITIONS;
  const answers = await producer.send({
    topic: TOPIC,
    messages: messages.map((message) => ({
      key: message.symbol,
      value: text(message),
      partition: partitionOf(message),
    })),
  });
  for (const { partition, baseOffset } of answers) {
    messages
      .filter((message) => partitionOf(message) === partition)
      .forEach((message, index) => {
        const place = `${partition}/${Number(baseOffset) + index}`;
        if (message.broken !== undefined) sent.broken.push({ place, text: message.broken });
        else for (const tick of message.ticks) sent.ticks.push({ place, tick });
      });
  }
}

/** One message a tick, or three ticks in one now and then. */
function pack(ticks: readonly Tick[]): Message[] {
  const messages: Message[] = [];
  for (let at = 0; at < ticks.length; ) {
    const [tick] = ticks.slice(at);
    if (tick === undefined) break;
    const together =
      at % 7 === 0 ? ticks.slice(at, at + 3).filter(({ symbol }) => symbol === tick.symbol) : [tick];
    messages.push({ symbol: tick.symbol, ticks: together });
    at += together.length;
  }
  return messages;
}

let feeds = 0;
/** Ticks that were not sent yet; each feed is ten minutes later than the one before it. */
const nextFeed = (trades: number): Tick[] => {
  feeds += 1;
  const startMicros = START_MICROS + BigInt(feeds) * 600_000_000n;
  return makeFeed({ symbols: SYMBOLS, exchange: "XNAS", trades, startMicros, seed: feeds });
};

/** Sends until it is told to end, a few messages of every symbol and a broken one at a time. */
function startFeed(): { end(): Promise<void> } {
  let ended = false;
  const running = (async () => {
    for (let round = 0; !ended; round += 1) {
      const broken = {
        symbol: SYMBOLS[round % SYMBOLS.length] ?? "",
        ticks: [],
        broken: `round ${feeds} is broken`,
      };
      await send([...pack(nextFeed(5)), broken]);
    }
  })();
  return {
    end: () => {
      ended = true;
      return running;
    },
  };
}

/** A broker that has only just made the group's coordinator refuses the question for a moment. */
async function fetchCommitted() {
  const [committed] =
    (await pollUntil(CONSUME_DEADLINE_MS, () =>
      admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] }).catch((error: { retriable?: boolean }) => {
        if (error.retriable !== true) throw error;
        return undefined;
      }),
    )) ?? [];
  return committed;
}

/** Messages of the topic that the group has not committed yet. */
async function lag(): Promise<number> {
  const [committed, ends] = await Promise.all([fetchCommitted(), admin.fetchTopicOffsets(TOPIC)]);
  const done = new Map(
    committed?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]),
  );
  return ends.reduce((sum, { partition, high }) => sum + Number(high) - (done.get(partition) ?? 0), 0);
}

async function untilConsumed(): Promise<void> {
  const consumed = await pollUntil(CONSUME_DEADLINE_MS, async () => ((await lag()) === 0 ? true : undefined));
  expect(consumed, `all messages are consumed within ${CONSUME_DEADLINE_MS} ms`).toBe(true);
}

async function query<T>(sql: string, index = 0): Promise<T[]> {
  const node = cluster.connections[index];
  if (node === undefined) throw new Error(`no node ${index}`);
  return withNode(node, (session) => session.rows<T>(sql));
}

const identity = ({ symbol, event_type, seq_id, side }: Tick): string =>
  `${symbol} ${event_type} ${seq_id} ${side}`;

/** How often each tick and dead letter is stored, on all nodes, beside how often it was sent. */
async function readStored(): Promise<{ stored: Counts; expected: Counts }> {
  const place = "concat(toString(kafka_partition), '/', toString(kafka_offset))";
  const ticks = await query<{ key: string }>(
    `SELECT concat(${place}, ' ', symbol, ' ', toString(event_type), ' ', toString(seq_id), ' ', toString(side)) AS key FROM ticks_all`,
  );
  const letters = await query<{ key: string }>(
    `SELECT concat(${place}, ' ', raw_message) AS key FROM dead_letters_all FINAL`,
  );
  const tickKeys = sent.ticks.map((each) => `${each.place} ${identity(each.tick)}`);
  const letterKeys = sent.broken.map((each) => `${each.place} ${each.text}`);
  return {
    stored: count([...ticks, ...letters].map(({ key }) => key)),
    expected: count([...tickKeys, ...letterKeys]),
  };
}

async function expectStoredOnce(): Promise<void> {
  const { stored, expected } = await readStored();
  expect(differences(stored, expected)).toEqual([]);
}

const historyKey = ({ tick }: { tick: Tick }): string => `${identity(tick)} ${tick.event_time}`;

/** Each tick stands once in the deduplicated history, however often it was sent or stored. */
async function expectHistory(): Promise<void> {
  const rows = await query<{ key: string }>(
    `SELECT concat(symbol, ' ', toString(event_type), ' ', toString(seq_id), ' ', toString(side), ' ',
                   formatDateTime(event_time, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC')) AS key FROM ticks_dedup_all FINAL`,
  );
  const expected = count([...new Set(sent.ticks.map(historyKey))]);
  expect(differences(count(rows.map(({ key }) => key)), expected)).toEqual([]);
}

type Counts = ReadonlyMap<string, number>;
const count = (keys: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};
const differences = (actual: Counts, expected: Counts): string[] =>
  [...new Set([...actual.keys(), ...expected.keys()])].flatMap((key) => {
    const [have, want] = [actual.get(key) ?? 0, expected.get(key) ?? 0];
    return have === want ? [] : [`${key}: ${have}, expected ${want}`];
  });

describe("consumption by two nodes", () => {
  it("stores every tick once, whether it came alone, with others in one message, or twice", async () => {
    const ticks = nextFeed(60);
    const doubled = ticks.filter(({ symbol, seq_id }) => DOUBLED.has(symbol) && Number(seq_id) % 9 === 0);
    const broken = [
      { symbol: "AMD", ticks: [], broken: "this is no JSON" },
      { symbol: "INTC", ticks: [], broken: '{"exchange":"XNAS","symbol":"INTC","event_time":"yesterday"}' },
    ];
    await send([...pack(ticks), ...pack(doubled), ...broken]);
    await untilConsumed();
    await expectStoredOnce();
    expect(sent.ticks.length).toBe(ticks.length + doubled.length);
  });

  it("keeps each symbol on one node, and some on each", async () => {
    const rows = await query<{ symbol: string; nodes: string[] }>(
      "SELECT symbol, groupUniqArray(hostName() || toString(tcpPort())) AS nodes FROM clusterAllReplicas(analytics_cluster, tickhouse.ticks_local) GROUP BY symbol ORDER BY symbol",
    );
    expect(rows.map(({ symbol }) => symbol)).toEqual([...SYMBOLS].sort());
    expect(rows.filter(({ nodes }) => nodes.length !== 1)).toEqual([]);
    expect(new Set(rows.flatMap(({ nodes }) => nodes)).size).toBe(2);
  });

  it("keeps what can't be read with its raw text, its place and the reason", async () => {
    const letters = await query<{ topic: string; text: string; error: string }>(
      "SELECT kafka_topic AS topic, raw_message AS text, error FROM dead_letters_all FINAL",
    );
    expect(letters).toHaveLength(2);
    for (const { topic, error } of letters) {
      expect(topic).toBe(TOPIC);
      expect(error).not.toBe("");
    }
  });

  it("gives the bars of a plain loop over the ticks", async () => {
    for (const symbol of SYMBOLS.filter((each) => !DOUBLED.has(each))) {
      const bars = await query<Bar>(
        `SELECT formatDateTime(m, '%Y-%m-%dT%H:%i:00Z', 'UTC') AS minute, o AS open, h AS high, l AS low, c AS close, v AS volume, n / v AS vwap
         FROM (SELECT t.minute AS m, argMinMerge(t.open) AS o, max(t.high) AS h, min(t.low) AS l, argMaxMerge(t.close) AS c,
                      toFloat64(sum(t.volume)) AS v, toFloat64(sum(t.notional)) AS n
               FROM trades_1m_all AS t WHERE t.symbol = '${symbol}' GROUP BY m) ORDER BY m DESC`,
      );
      const expected = plainBars(
        sent.ticks.map(({ tick }) => tick),
        symbol,
      );
      expect(expected.length).toBeGreaterThan(0);
      expect(barDifferences(bars, expected)).toEqual([]);
    }
  });

  it("keeps one row a tick in the deduplicated history", async () => {
    expect(new Set(sent.ticks.map(historyKey)).size).toBeLessThan(sent.ticks.length);
    await expectHistory();
  });
});

describe("pauseConsumption", () => {
  const paused = () => Promise.all(cluster.connections.map((node) => withNode(node, pausedTables)));

  it("stops consumption on every node, over a restart, and loses and doubles nothing when it is resumed", async () => {
    await pauseConsumption(cluster.connections);
    await pauseConsumption(cluster.connections);
    expect(await paused()).toEqual([["ticks_kafka"], ["ticks_kafka"]]);
    const before = sent.ticks.length;
    await send(pack(nextFeed(10)));
    const waiting = await lag();
    expect(waiting).toBeGreaterThan(0);
    await cluster.restart(0);
    expect(await paused()).toEqual([["ticks_kafka"], ["ticks_kafka"]]);
    expect(await lag()).toBe(waiting);
    expect(await query("SELECT toUInt32(count()) AS rows FROM ticks_all")).toEqual([{ rows: before }]);

    await resumeConsumption(cluster.connections);
    await resumeConsumption(cluster.connections);
    expect(await paused()).toEqual([[], []]);
    await untilConsumed();
    await expectStoredOnce();
  });
});

describe("in the middle of a feed", () => {
  const shipped = (object: string): Statement => {
    const statement = schema.find((each) => each.object === object);
    if (statement === undefined) throw new Error(`no file for ${object}`);
    return statement;
  };

  /** As an update of the stack does: each changed file on each node in order, then consumption. */
  async function update(statements: readonly Statement[]): Promise<void> {
    const { connections } = cluster;
    for (const { statement } of orderStatements(schema)) {
      const wanted = statements.find(({ file }) => file === statement.file);
      if (wanted === undefined) continue;
      for (const node of connections)
        await applyFile({ ...wanted, readsKafka: readsKafka(wanted, schema), node, cluster: connections });
    }
    await resumeConsumption(connections);
  }

  /** Runs something while ticks come in, and waits until all of them are consumed. */
  async function duringFeed(change: () => Promise<void>): Promise<void> {
    const feed = startFeed();
    try {
      const flowing = await pollUntil(CONSUME_DEADLINE_MS, async () =>
        (await lag()) > 0 ? true : undefined,
      );
      expect(flowing).toBe(true);
      await change();
    } finally {
      await feed.end();
    }
    await untilConsumed();
  }

  const changed = (object: string, from: string, to: string): Statement => {
    const { file, sql } = shipped(object);
    expect(sql).toContain(from);
    return parseStatement(file, sql.replace(from, to));
  };

  it("an update that replaces everything that holds no data loses and doubles nothing", async () => {
    // A view that reads from Kafka was dropped and made again beside the other one, which went on alone meanwhile:
    // all that came in then was committed and stored nowhere.
    await duringFeed(() =>
      update([
        changed("ticks_kafka", "kafka_poll_timeout_ms = 100", "kafka_poll_timeout_ms = 90"),
        changed("kafka_to_buffer_mv", "greatest(source_version, 1)", "toUInt32(greatest(source_version, 1))"),
        changed("ticks_buffer", "'ticks_all', 1, 1", "'ticks_all', 2, 1"),
        changed("ticks_all", "currentDatabase()", "'tickhouse'"),
        changed("trades_1m_mv", "size > 0", "0 < size"),
        changed("local_to_dedup_mv", "source_version,", "toUInt32(source_version) AS source_version,"),
        changed("dead_letters_mv", "0 AS replays", "toUInt32(0) AS replays"),
        changed("kafka_to_messages_mv", "_offset AS kafka_offset", "toUInt64(_offset) AS kafka_offset"),
        changed("messages_to_lines_mv", "position(line, 'true') > 0", "0 < position(line, 'true')"),
        changed("ticks_messages", "replay_of       String", "replay_of String, note String"),
        changed("ticks_lines", "replay_of       String", "replay_of String, note String"),
        changed("dead_letters_all", "currentDatabase()", "'tickhouse'"),
      ]),
    );
    await expectStoredOnce();
    await expectHistory();
  });

  it("a node that stops and starts again loses nothing, and what is stored again the history counts once", async () => {
    // A block goes to the shards of its symbols: where one shard is gone, the other's part comes with the retry again.
    await duringFeed(async () => {
      await cluster.restart(1);
      await cluster.restart(0);
    });
    const { stored, expected } = await readStored();
    expect([...expected.keys()].filter((key) => !stored.has(key))).toEqual([]);
    expect([...stored.keys()].filter((key) => !expected.has(key))).toEqual([]);
    await expectHistory();
  });
});
