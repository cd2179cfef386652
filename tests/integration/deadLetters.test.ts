import kafkajs, { type Admin, type Producer } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withNode } from "../../infra/clickhouse/connection.ts";
import { CONSUMER_GROUP, TOPIC } from "../../infra/kafka/names.ts";
import { pollUntil } from "../../infra/poll.ts";
import {
  anyOf,
  conditionOf,
  countCauses,
  type DeadLetter,
  type Filter,
  fullId,
  type Outcome,
  type Place,
  readLetters,
  readOutcomes,
  replaysOf,
} from "../../services/deadLetters/src/index.ts";
import { noteReplays } from "../../services/deadLetters/src/note.ts";
import { replay, type Warehouse } from "../../tools/deadLetters/replay.ts";
import { applySchema, type Cluster, localSchema, startCluster } from "../support/engine.ts";
import { createTopic, startKafka, type TestKafka } from "../support/kafka.ts";

const PARTITIONS = 3;
const DEADLINE_MS = 60_000;
const ONCE = { again: false, yes: false };

let kafka: TestKafka;
let cluster: Cluster;
let producer: Producer;
let admin: Admin;
let warehouse: Warehouse;

beforeAll(async () => {
  kafka = await startKafka();
  const { bootstrap } = kafka;
  await createTopic(bootstrap, TOPIC, PARTITIONS);
  const client = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: kafkajs.logLevel.NOTHING });
  producer = client.producer();
  admin = client.admin();
  await Promise.all([producer.connect(), admin.connect()]);
  cluster = await startCluster({ shards: 2, partitions: PARTITIONS, bootstrap, topic: TOPIC });
  await applySchema(cluster, localSchema(cluster.topology));
  const [node] = cluster.connections;
  if (node === undefined) throw new Error("a cluster without a node");
  warehouse = { node, bootstrap, topic: TOPIC };
});
afterAll(async () => {
  await Promise.all([producer?.disconnect(), admin?.disconnect()]);
  await cluster?.stop();
  await kafka?.stop();
});

const tickText = (seqId: number, price = "189.75", symbol = "AAPL"): string =>
  `{"exchange":"XNAS","symbol":"${symbol}","event_time":"2025-11-14T19:25:17.123456Z","seq_id":${seqId},"event_type":"trade","price":${price},"size":100,"side":"buy","source_version":1}`;

const letters = (filter: Filter = {}): Promise<DeadLetter[]> =>
  withNode(warehouse.node, (node) =>
    readLetters(node, { ...conditionOf(filter), order: "newest", limit: 1_000 }),
  );
const letterAt = async (place: Place): Promise<DeadLetter> => {
  const [letter] = await withNode(warehouse.node, (node) =>
    readLetters(node, { ...anyOf([place]), order: "place", limit: 1 }),
  );
  if (letter === undefined) throw new Error(`no dead letter ${fullId(place)}`);
  return letter;
};
const became = async (place: Place): Promise<readonly Outcome[]> =>
  (await withNode(warehouse.node, (node) => readOutcomes(node, replaysOf([fullId(place)])))).get(
    fullId(place),
  ) ?? [];

/** Sends one message to a partition and waits for its dead letters. */
async function sendBroken(value: string | Buffer, partition: number, expected = 1): Promise<Place> {
  const [answer] = await producer.send({ topic: TOPIC, messages: [{ value, partition }] });
  const place = { topic: TOPIC, partition, offset: BigInt(answer?.baseOffset ?? -1), line: 0 };
  const found = await pollUntil(DEADLINE_MS, async () => {
    const there = (await letters({ partition })).filter(({ place: { offset } }) => offset === place.offset);
    return there.length === expected ? there : undefined;
  });
  if (found === undefined) throw new Error(`no dead letter of ${fullId(place)} within ${DEADLINE_MS} ms`);
  return place;
}

/** The message at a place, as Kafka has it. */
async function fetchMessage({ partition, offset }: Place) {
  const consumer = new kafkajs.Kafka({
    brokers: [warehouse.bootstrap],
    logLevel: kafkajs.logLevel.NOTHING,
  }).consumer({ groupId: `look-${partition}-${offset}` });
  await consumer.connect();
  try {
    return await new Promise<kafkajs.KafkaMessage>((resolve, reject) => {
      consumer
        .subscribe({ topic: TOPIC })
        .then(() =>
          consumer.run({
            eachMessage: async (each) => {
              if (each.partition === partition && each.message.offset === String(offset))
                resolve(each.message);
            },
          }),
        )
        .then(() => consumer.seek({ topic: TOPIC, partition, offset: String(offset) }))
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
}

describe("a broken line", () => {
  let place: Place;
  let again: Place;

  it("is listed with its place, its cause and its text", async () => {
    place = await sendBroken(tickText(1, "-1"), 0);
    const letter = await letterAt(place);
    expect(letter).toMatchObject({
      place,
      lines: 1,
      error: "price is -1; accepted: a finite number, 0 or more",
      raw: Buffer.from(tickText(1, "-1")),
      replayOf: "",
      replays: 0,
      replayedAt: undefined,
    });
    expect(letter.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(await letters()).toEqual([letter]);
  });

  it("replayed as it is becomes a dead letter that says what it is a replay of", async () => {
    const before = await letterAt(place);
    const [replayed, ...rest] = await replay(warehouse, { ...ONCE, places: [place] });
    expect(rest).toEqual([]);
    expect(replayed).toMatchObject({ place, became: [{ kind: "dead letter", error: before.error }] });
    again = replayed?.became[0]?.place as Place;
    expect(await letterAt(again)).toMatchObject({ replayOf: fullId(place), replays: 0, raw: before.raw });
    const noted = await letterAt(place);
    expect(noted).toEqual({ ...before, replays: 1, replayedAt: noted.replayedAt });
    expect(noted.replayedAt).toMatch(/Z$/);
    expect(await letters()).toHaveLength(2);
  });

  it("is not replayed a second time unless that is meant", async () => {
    const ends = await admin.fetchTopicOffsets(TOPIC);
    await expect(replay(warehouse, { ...ONCE, places: [again, place] })).rejects.toThrow(
      /^nothing was sent: \d\/\d+\/0 was replayed already, at \d{4}-.*Z; next step: the same with again, to send it once more$/,
    );
    expect(await admin.fetchTopicOffsets(TOPIC)).toEqual(ends);
    const [replayed] = await replay(warehouse, { ...ONCE, again: true, places: [place] });
    // What came of the first time is no answer to the second.
    expect(replayed?.became).toHaveLength(1);
    expect(await became(place)).toHaveLength(2);
    expect((await letterAt(place)).replays).toBe(2);
  });

  it("replayed with a corrected text is a tick that says what it is a replay of", async () => {
    const [replayed] = await replay(warehouse, { ...ONCE, places: [again], text: tickText(1, "189.5") });
    expect(replayed?.became).toEqual([
      {
        kind: "stored",
        place: expect.objectContaining({ topic: TOPIC, line: 0 }),
        at: expect.stringMatching(/Z$/),
        tick: "XNAS AAPL trade 1 at 2025-11-14T19:25:17.123456Z",
        price: 189.5,
        size: 100,
        side: "buy",
        version: 1,
        stands: true,
      },
    ]);
    expect(await became(again)).toEqual(replayed?.became);
    const rows = await withNode(warehouse.node, (node) =>
      node.rows("SELECT replay_of, price FROM ticks_dedup_all FINAL WHERE symbol = 'AAPL'"),
    );
    expect(rows).toEqual([{ replay_of: fullId(again), price: 189.5 }]);
  });

  it("is marked once, though the mark is set again after a connection that broke", async () => {
    const letter = await letterAt(await sendBroken("[1]", 2));
    await withNode(warehouse.node, async (node) => {
      await noteReplays(node, [letter]);
      await noteReplays(node, [letter]);
    });
    expect((await letterAt(letter.place)).replays).toBe(1);
  });

  it("goes to the partition of its symbol", async () => {
    const [outcome] = await became(again);
    const stored = outcome?.place as Place;
    const [answer] = await producer.send({
      topic: TOPIC,
      messages: [{ key: "AAPL", value: tickText(2) }],
    });
    expect(stored.partition).toBe(answer?.partition);
    expect((await fetchMessage(stored)).key?.toString()).toBe("AAPL");
  });
});

describe("the text of a replay", () => {
  it("is the very bytes of the line, be they UTF-8 or not", async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 10));
    const first = await sendBroken(Buffer.concat([Buffer.from("{}\n"), bytes, Buffer.from("\nx")]), 1, 3);
    const place = { ...first, line: 1 };
    const [replayed] = await replay(warehouse, { ...ONCE, places: [place] });
    const outcome = replayed?.became[0];
    expect(outcome?.kind).toBe("dead letter");
    const message = await fetchMessage(outcome?.place as Place);
    expect(message.value).toEqual(bytes);
    expect(message.key).toBeNull();
    expect(message.headers?.["tickhouse-replay-of"]?.toString()).toBe(fullId(place));
    expect((await letterAt(outcome?.place as Place)).raw).toEqual(bytes);
  });

  it("is not empty", async () => {
    const place = await sendBroken(" \n", 2);
    await expect(replay(warehouse, { ...ONCE, places: [place] })).rejects.toThrow(
      `nothing was sent: 2/${place.offset}/0 is an empty line; accepted: one with a text, or another text in its place`,
    );
    const [replayed] = await replay(warehouse, { ...ONCE, places: [place], text: tickText(3) });
    expect(replayed?.became[0]?.kind).toBe("stored");
  });
});

describe("all of a cause", () => {
  const COUNT = 150;

  it("are counted, and sent again once each when that is confirmed", async () => {
    const texts = Array.from({ length: COUNT }, (_, index) =>
      tickText(1_000 + index, '"many"', `S${index % 7}`),
    );
    const first = await sendBroken(texts.join("\n"), 0, COUNT);
    const all = { cause: "PRICE IS", partition: 0, since: new Date(Date.now() - 3_600_000) };
    const waiting = (await letters({ ...all, replayed: false })).length;
    expect(waiting).toBeGreaterThanOrEqual(COUNT);
    const causes = await withNode(warehouse.node, (node) => countCauses(node, conditionOf(all)));
    expect(causes).toEqual([{ cause: "price is …", count: (await letters(all)).length }]);

    await expect(replay(warehouse, { ...ONCE, all })).rejects.toThrow(
      `nothing was sent: that would be ${waiting} dead letters (${waiting} "price is …"); accepted without asking: 100`,
    );
    const replayed = await replay(warehouse, { again: false, yes: true, all });
    expect(replayed).toHaveLength(waiting);
    expect(new Set(replayed.map(({ place }) => fullId(place))).size).toBe(waiting);
    for (const { became: outcomes } of replayed)
      expect(outcomes.map(({ kind }) => kind)).toEqual(["dead letter"]);
    const old = (await letters(all)).filter(({ place: { offset } }) => offset === first.offset);
    expect(old.map(({ replays }) => replays)).toEqual(Array(COUNT).fill(1));
  });

  it("are none where nothing fits", async () => {
    expect(await replay(warehouse, { ...ONCE, all: { cause: "no such cause" } })).toEqual([]);
  });

  it("leave nothing behind that the consumers still have to read", async () => {
    const [group] = await admin.fetchOffsets({ groupId: CONSUMER_GROUP, topics: [TOPIC] });
    const ends = await admin.fetchTopicOffsets(TOPIC);
    for (const { partition, high } of ends)
      expect(group?.partitions.find((each) => each.partition === partition)?.offset).toBe(high);
  });
});

describe("a dead letter of before they were sharded by partition", () => {
  const place = { topic: TOPIC, partition: 0, offset: 900_000n, line: 0 };

  it("is noted as replayed on the shard that it is on, whichever that is", async () => {
    for (const [index, connection] of cluster.connections.entries()) {
      const offset = place.offset + BigInt(index);
      await withNode(connection, (node) =>
        node.run(
          `INSERT INTO dead_letters (kafka_topic, kafka_partition, kafka_offset, kafka_lines, error, raw_message)
           VALUES ({topic:String}, 0, {offset:UInt64}, 1, 'an earlier one', '{}')`,
          { topic: TOPIC, offset: String(offset) },
        ),
      );
    }
    const places = cluster.connections.map((_, index) => ({
      ...place,
      offset: place.offset + BigInt(index),
    }));
    await withNode(warehouse.node, (node) =>
      noteReplays(
        node,
        places.map((each) => ({ place: each, replays: 0 })),
      ),
    );
    const noted = (await letters({ partition: 0 })).filter(({ place: { offset } }) => offset >= place.offset);
    expect(noted.map(({ replays }) => replays)).toEqual([1, 1]);
  });
});

it("tells of an ID that is no dead letter's", async () => {
  const place = { topic: TOPIC, partition: 0, offset: 999_999n, line: 0 };
  await expect(replay(warehouse, { ...ONCE, places: [place] })).rejects.toThrow(
    "nothing was sent: there is no dead letter 0/999999/0",
  );
});
