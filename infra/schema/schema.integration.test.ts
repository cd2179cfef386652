import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { applySchema, type Cluster, localSchema, startCluster } from "../../tests/support/engine.ts";
import { freePorts } from "../../tests/support/freePort.ts";
import { type NodeSession, withNode } from "../clickhouse/connection.ts";
import { pollUntil } from "../poll.ts";
import { ROOT } from "../targets/local/layout.ts";
import { applyFile, type FileOnNode } from "./apply/applyFile.ts";
import { pausedTables, resumeConsumption } from "./apply/consumption.ts";
import { readObject } from "./live.ts";
import { readsKafka } from "./order.ts";
import { type SqlFileInputs, type SqlFileOutputs, sqlFileProvider } from "./sqlFileProvider.ts";
import { parseStatement, type Statement } from "./statement.ts";

const SNAPSHOT = join(ROOT, "schema", "snapshot.local.sql");
const REFRESH = "UPDATE_SNAPSHOT=1 npx vitest run infra/schema/schema.integration.test.ts";
const RETENTION_DAYS = 30;

let cluster: Cluster;
let schema: Statement[];

beforeAll(async () => {
  cluster = await startCluster({ shards: 2 });
  schema = localSchema(cluster.topology, RETENTION_DAYS);
  await applySchema(cluster, schema);
});
afterAll(() => cluster?.stop());

const first = () => {
  const [node] = cluster.connections;
  if (node === undefined) throw new Error("a cluster without a node");
  return node;
};
const onFirst = <T>(use: (session: NodeSession) => Promise<T>): Promise<T> => withNode(first(), use);
const rows = (sql: string): Promise<Record<string, unknown>[]> => onFirst((session) => session.rows(sql));
const run = (sql: string): Promise<void> => onFirst((session) => session.run(sql));
const definition = (object: string): Promise<string | undefined> =>
  onFirst(async (session) => (await readObject(session, object))?.definition);

const shipped = (object: string): Statement => {
  const statement = schema.find((each) => each.object === object);
  if (statement === undefined) throw new Error(`no file for ${object}`);
  return statement;
};

/** A statement with one part of its text changed. */
function changed(statement: Statement, from: string, to: string): Statement {
  expect(statement.sql).toContain(from);
  return parseStatement(statement.file, statement.sql.replace(from, to));
}

/** Objects that a test has applied otherwise than they are shipped, or may have. */
const touched = new Set<string>();

const onNode = (statement: Statement): FileOnNode => {
  const { file, object, kind, sql } = statement;
  touched.add(object);
  return {
    file,
    object,
    kind,
    sql,
    readsKafka: readsKafka(statement, schema),
    node: first(),
    cluster: cluster.connections,
  };
};

/** Brings the shipped objects back that a test has touched. */
async function restore(): Promise<void> {
  await run("DROP TABLE IF EXISTS change SYNC");
  for (const statement of schema.filter(({ object }) => touched.has(object)))
    await applyFile(onNode(statement));
  await resumeConsumption(cluster.connections);
  touched.clear();
}

/** The order in which the server tells settings says when they were set, and nothing of the table. */
const sortSettings = (text = ""): string =>
  text.replace(
    / SETTINGS (.*)$/,
    (_, settings: string) => ` SETTINGS ${settings.split(", ").sort().join(", ")}`,
  );

/** What the server would have, had the file been applied to an empty database. */
async function freshDefinition({ sql, object }: Statement): Promise<string | undefined> {
  await run("CREATE DATABASE IF NOT EXISTS fresh ENGINE = Atomic");
  try {
    return await withNode({ ...first(), database: "fresh" }, async (session) => {
      await session.run(sql);
      return (await readObject(session, object))?.definition.replaceAll("fresh.", "tickhouse.");
    });
  } finally {
    await run("DROP DATABASE fresh SYNC");
  }
}

describe("the schema", () => {
  const dump = async (): Promise<string> => {
    const objects = await rows(
      "SELECT formatQuery(create_table_query) AS sql FROM system.tables WHERE database = currentDatabase() ORDER BY name",
    );
    return `${objects.map(({ sql }) => sql).join("\n\n")}\n`;
  };

  it("is the committed snapshot, applied once or twice", async () => {
    const once = await dump();
    await applySchema(cluster, schema);
    expect(await dump()).toBe(once);
    if (process.env["UPDATE_SNAPSHOT"] === "1") writeFileSync(SNAPSHOT, once);
    const committed = existsSync(SNAPSHOT) ? readFileSync(SNAPSHOT, "utf8") : "";
    expect(once, `the schema is not what ${SNAPSHOT} says; where that is meant: ${REFRESH}`).toBe(committed);
  });

  it("has one object a file on every node, and nothing else", async () => {
    for (const node of cluster.connections) {
      const names = await withNode(node, (session) =>
        session.rows<{ name: string }>(
          "SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name",
        ),
      );
      expect(names.map(({ name }) => name)).toEqual(schema.map(({ object }) => object).sort());
      const databases = await withNode(node, (session) =>
        session.rows<{ name: string }>(
          "SELECT name FROM system.databases WHERE engine = 'Atomic' ORDER BY name",
        ),
      );
      expect(databases.map(({ name }) => name)).toEqual(["tickhouse"]);
    }
  });
});

// No shipped file: it is changed in all ways, and dropped after each test.
const TABLE = parseStatement(
  "99_change.sql",
  `CREATE TABLE IF NOT EXISTS change
  (
    id      UInt64 COMMENT 'The first',
    time    DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    version UInt32 DEFAULT 1,
    note    String
  )
  ENGINE = ReplacingMergeTree(version)
  PARTITION BY toYYYYMM(time)
  ORDER BY (id, time)
  TTL toDateTime(time) + toIntervalDay(30)
  SETTINGS min_bytes_for_wide_part = 1000`,
);

describe("a change of a data table", () => {
  const inserted = Array.from({ length: 50 }, (_, index) => ({
    id: String(index),
    version: index + 1,
    note: `it's ${index}`,
  }));
  const kept = () => rows("SELECT toString(id) AS id, version, note FROM change ORDER BY change.id");

  async function createWithRows(table: Statement): Promise<void> {
    await applyFile(onNode(table));
    const values = inserted.map(
      ({ id, version, note }) => `(${id}, now64(6), ${version}, '${note.replace("'", "\\'")}')`,
    );
    await run(`INSERT INTO change (id, time, version, note) VALUES ${values.join(", ")}`);
    expect(await kept()).toEqual(inserted);
  }
  afterEach(restore);

  it.each([
    ["a column at the end", "note    String", "note    String, more Float64"],
    [
      "a column at the front, with everything",
      "id      UInt64",
      "kind LowCardinality(String) DEFAULT 'it''s' COMMENT 'a \\'b\\' \\\\ c' CODEC(ZSTD(3)), id UInt64",
    ],
    [
      "two columns in the middle",
      "version UInt32",
      "one UInt8, two Array(DateTime64(6, 'UTC')), version UInt32",
    ],
    [
      "a column that is computed",
      "note    String",
      "note    String, day Date MATERIALIZED toDate(time), twice UInt64 ALIAS id * 2",
    ],
    ["another codec", "CODEC(Delta(8), ZSTD(1))", "CODEC(DoubleDelta, LZ4)"],
    ["no codec any more", "CODEC(Delta(8), ZSTD(1))", ""],
    ["a first codec", "note    String", "note    String CODEC(ZSTD(9))"],
    ["another comment", "'The first'", "'It''s another; with \\\\'"],
    ["no comment any more", "COMMENT 'The first'", ""],
    ["another default", "DEFAULT 1", "DEFAULT 2"],
    ["no default any more", "DEFAULT 1", ""],
    ["a first default", "note    String", "note    String DEFAULT concat('a', 'b')"],
    ["another TTL", "toIntervalDay(30)", "toIntervalDay(7)"],
    ["no TTL any more", "TTL toDateTime(time) + toIntervalDay(30)", ""],
    ["another value of a setting", "min_bytes_for_wide_part = 1000", "min_bytes_for_wide_part = 2000"],
    [
      "another setting",
      "min_bytes_for_wide_part = 1000",
      "merge_selector_algorithm = 'Simple', max_parts_in_total = 5000",
    ],
    [
      "a comment of the table",
      "SETTINGS min_bytes_for_wide_part = 1000",
      "SETTINGS min_bytes_for_wide_part = 1000 COMMENT 'It''s a table'",
    ],
    ["no setting any more", "SETTINGS min_bytes_for_wide_part = 1000", ""],
    ["an index", "note    String", "note    String, INDEX by_note note TYPE bloom_filter GRANULARITY 4"],
    [
      "two indexes of several columns, one of a new one",
      "note    String",
      "note    String, more UInt8, INDEX one (id, version) TYPE minmax GRANULARITY 1, INDEX `the other` more TYPE set(9)",
    ],
  ])("is made in place and keeps the rows: %s", async (_, from, to) => {
    await createWithRows(TABLE);
    const wanted = changed(TABLE, from, to);
    const applied = await applyFile(onNode(wanted));
    expect(sortSettings(applied)).toBe(sortSettings(await freshDefinition(wanted)));
    expect(await kept()).toEqual(inserted);
    expect(await applyFile(onNode(wanted))).toBe(applied);
  });

  it("gives an added index to the parts that are there already", async () => {
    await createWithRows(TABLE);
    const wanted = changed(TABLE, "note    String", "note    String, INDEX by_version version TYPE minmax");
    await applyFile(onNode(wanted));
    const indexed = await pollUntil(10_000, async () => {
      const [row] = await rows(
        "SELECT toUInt32(countIf(secondary_indices_marks_bytes = 0)) AS without FROM system.parts WHERE active AND table = 'change' AND database = currentDatabase()",
      );
      return row?.["without"] === 0 ? true : undefined;
    });
    expect(indexed, "a part is without the index").toBe(true);
    expect(await kept()).toEqual(inserted);
  });

  it("takes the retention of the ticks from 30 days to none to 7, and keeps what is younger", async () => {
    await run(
      "INSERT INTO ticks_local (symbol, event_time, seq_id, event_type, price, size) SELECT 'KEPT', now64(6) - number, number, 'trade', 1, 1 FROM numbers(100)",
    );
    const count = async () =>
      (await rows("SELECT toUInt32(count()) AS count FROM ticks_local WHERE symbol = 'KEPT'"))[0];
    for (const [days, ttl] of [
      [0, undefined],
      [7, "TTL toDateTime(event_time) + toIntervalDay(7)"],
      [30, "TTL toDateTime(event_time) + toIntervalDay(30)"],
    ] as const) {
      const statement = localSchema(cluster.topology, days).find(({ object }) => object === "ticks_local");
      const applied = await applyFile(onNode(statement ?? TABLE));
      expect(/TTL toDateTime\(event_time\) \+ toIntervalDay\(\d+\)/.exec(applied)?.[0]).toBe(ttl);
      expect(await count()).toEqual({ count: 100 });
    }
  });

  it.each([
    ["another type", "version UInt32", "version UInt64", "column version is UInt32, the file wants UInt64"],
    ["a column that is gone", ",\n    note    String", "", "column note is in the table but not in the file"],
    [
      "another order",
      "ORDER BY (id, time)",
      "ORDER BY (time, id)",
      "ORDER BY is id, time, the file wants time, id",
    ],
    [
      "another primary key",
      "ORDER BY (id, time)",
      "PRIMARY KEY id ORDER BY (id, time)",
      "PRIMARY KEY is id, time, the file wants id",
    ],
    [
      "another partition",
      "toYYYYMM(time)",
      "toDate(time)",
      "PARTITION BY is toYYYYMM(time), the file wants toDate(time)",
    ],
    [
      "another engine",
      "ReplacingMergeTree(version)",
      "MergeTree",
      "the engine is ReplacingMergeTree(version), the file wants MergeTree",
    ],
    [
      "another version column",
      "ReplacingMergeTree(version)",
      "ReplacingMergeTree",
      "the engine is ReplacingMergeTree(version), the file wants ReplacingMergeTree",
    ],
    [
      "another granularity",
      "SETTINGS ",
      "SETTINGS index_granularity = 1024, ",
      "SETTINGS index_granularity is 8192, the file wants 1024",
    ],
    [
      "a constraint",
      "note    String",
      "note    String, CONSTRAINT positive CHECK version > 0",
      "CONSTRAINT positive CHECK version > 0",
    ],
    [
      "the TTL of a column",
      "note    String",
      "note    String TTL toDateTime(time) + toIntervalDay(1)",
      "TTL toDateTime(time) + toIntervalDay(1)",
    ],
    [
      "a sample",
      "ORDER BY (id, time)",
      "ORDER BY (id, time) SAMPLE BY id",
      "SAMPLE BY is none, the file wants id",
    ],
  ])("is refused and changes nothing: %s", async (_, from, to, reason) => {
    await createWithRows(TABLE);
    const before = await definition("change");
    // Another change with it, that could be made: it is not made either.
    const wanted = changed(changed(TABLE, from, to), "'The first'", "'Another comment'");
    const refused = { code: "SCHEMA_CHANGE_REFUSED", message: expect.stringContaining(reason) };
    await expect(applyFile(onNode(wanted))).rejects.toMatchObject(refused);
    expect(await definition("change")).toBe(before);
    expect(await kept()).toEqual(inserted);
    expect(await rows("SELECT name FROM system.databases WHERE name LIKE '%scratch%'")).toEqual([]);
  });

  it("names the file, the node, every reason and what to do when it is refused", async () => {
    await createWithRows(TABLE);
    const wanted = changed(
      changed(TABLE, "version UInt32", "version UInt64"),
      "ORDER BY (id, time)",
      "ORDER BY id",
    );
    const error = (await applyFile(onNode(wanted)).catch((reason: unknown) => reason)) as Error;
    expect(error.message).toContain("99_change.sql can't be applied to clickhouse-01 in place: ");
    expect(error.message).toContain("column version is UInt32");
    expect(error.message).toContain("ORDER BY is id, time");
    expect(error.message).toContain("create a table with a new name beside change");
  });
});

describe("a change of an object that holds no data", () => {
  afterEach(restore);

  it.each([
    ["view", "trades_1m_mv", "size > 0", "size > 1"],
    ["view that reads from Kafka", "kafka_to_messages_mv", "toUInt32(_partition)", "toUInt64(_partition)"],
    ["Buffer", "ticks_buffer", "'ticks_all', 1, 1", "'ticks_all', 2, 1"],
    ["Distributed", "ticks_all", "cityHash64(symbol)", "cityHash64(symbol, exchange)"],
    ["Null", "ticks_lines", "kafka_topic     LowCardinality(String)", "`kafka_topic` String"],
    ["Kafka", "ticks_kafka", "kafka_poll_timeout_ms = 100", "kafka_poll_timeout_ms = 50"],
  ])("replaces the %s in place", async (_, object, from, to) => {
    const wanted = changed(shipped(object), from, to);
    const applied = await applyFile(onNode(wanted));
    expect(applied).toContain(to);
    // Paused until everything is applied, on the node that was not changed as well.
    for (const node of cluster.connections)
      expect(await withNode(node, pausedTables)).toEqual(["ticks_kafka"]);
    await resumeConsumption(cluster.connections);
    expect(await definition(object)).toBe(applied);
    for (const node of cluster.connections) expect(await withNode(node, pausedTables)).toEqual([]);
  });

  it("gives a reader of Kafka the same definition whether its query is swapped or it is made anew", async () => {
    const wanted = changed(shipped("kafka_to_messages_mv"), "toUInt32(_partition)", "toUInt64(_partition)");
    const swapped = await applyFile(onNode(wanted));
    expect(swapped).toContain("`kafka_partition` UInt64");
    await run("DROP VIEW kafka_to_messages_mv SYNC");
    expect(await applyFile(onNode(wanted))).toBe(swapped);
  });

  it("makes a reader of Kafka anew when it is to write elsewhere", async () => {
    await run("CREATE TABLE elsewhere AS ticks_messages ENGINE = Null");
    try {
      const wanted = changed(shipped("kafka_to_messages_mv"), "TO ticks_messages", "TO elsewhere");
      expect(await applyFile(onNode(wanted))).toContain("TO tickhouse.elsewhere");
    } finally {
      await run("DROP TABLE elsewhere SYNC");
    }
  });

  it("passes on what a Buffer holds before it is replaced", async () => {
    await applyFile(
      onNode(
        changed(
          shipped("ticks_buffer"),
          "'ticks_all', 1, 1, 1, 0, 0, 0, 0",
          "'ticks_all', 1, 600, 600, 1000000, 1000000, 1000000000, 1000000000",
        ),
      ),
    );
    await run(
      "INSERT INTO ticks_buffer (symbol, event_time, seq_id, event_type, price, size) SELECT 'HELD', now64(6), number, 'trade', 1, 1 FROM numbers(10)",
    );
    const stored = async () =>
      (
        await rows(
          "SELECT toUInt32(count()) AS count FROM clusterAllReplicas(analytics_cluster, tickhouse.ticks_local) WHERE symbol = 'HELD'",
        )
      )[0];
    expect(await stored()).toEqual({ count: 0 });
    await applyFile(onNode(shipped("ticks_buffer")));
    expect(await stored()).toEqual({ count: 10 });
  });

  it("passes on what a Distributed table has queued before it is replaced", async () => {
    // Queued here for the shards, instead of inserted there at once.
    await run("SYSTEM STOP DISTRIBUTED SENDS ticks_all");
    await run(
      "INSERT INTO ticks_all (symbol, event_time, seq_id, event_type, price, size) SETTINGS distributed_foreground_insert = 0 SELECT concat('QUEUED', toString(number)), now64(6), number, 'trade', 1, 1 FROM numbers(10)",
    );
    const stored = async () =>
      (
        await rows(
          "SELECT toUInt32(count()) AS count FROM clusterAllReplicas(analytics_cluster, tickhouse.ticks_local) WHERE symbol LIKE 'QUEUED%'",
        )
      )[0];
    expect((await stored())?.["count"]).toBeLessThan(10);
    await applyFile(
      onNode(changed(shipped("ticks_all"), "cityHash64(symbol)", "cityHash64(symbol, exchange)")),
    );
    expect(await stored()).toEqual({ count: 10 });
  });

  it("says which file the server refuses, and on which node", async () => {
    const broken = changed(shipped("trades_1m_mv"), "FROM ticks_local", "FROM no_such_table");
    await expect(applyFile(onNode(broken))).rejects.toMatchObject({
      code: "SQL_FAILED",
      message: expect.stringMatching(/clickhouse-01: .*no_such_table/s),
    });
  });
});

describe("sqlFileProvider", () => {
  const inputs = (statement: Statement): SqlFileInputs => ({
    ...onNode(statement),
    contentHash: statement.sql,
  });
  const create = async (statement: Statement): Promise<SqlFileOutputs> =>
    (await sqlFileProvider.create(inputs(statement))).outs;

  afterEach(restore);

  it("reads back what it has applied, and then has nothing to change", async () => {
    for (const statement of [
      TABLE,
      shipped("ticks_kafka"),
      shipped("dead_letters_mv"),
      shipped("ticks_all"),
    ]) {
      const outs = await create(statement);
      expect(await sqlFileProvider.read("", outs)).toEqual(outs);
      expect(await sqlFileProvider.diff(outs, inputs(statement))).toEqual({ changes: false, replaces: [] });
    }
  });

  it("sees an object that was dropped by hand as gone, and makes it again", async () => {
    const outs = await create(shipped("trades_1m_mv"));
    await run("DROP VIEW trades_1m_mv SYNC");
    expect(await sqlFileProvider.read("", outs)).toBeUndefined();
    expect((await create(shipped("trades_1m_mv"))).liveDefinition).toBe(outs.liveDefinition);
  });

  it("sees an object that was changed by hand, and brings it back", async () => {
    const outs = await create(shipped("trades_1m_mv"));
    await run(
      "ALTER TABLE trades_1m_mv MODIFY QUERY SELECT symbol, toStartOfMinute(event_time) AS minute, exchange FROM ticks_local",
    );
    const seen = await sqlFileProvider.read("", outs);
    expect(seen?.appliedDefinition).toBe(outs.appliedDefinition);
    expect(seen?.liveDefinition).not.toBe(outs.appliedDefinition);
    const drifted = seen ?? outs;
    expect(await sqlFileProvider.diff(drifted, inputs(shipped("trades_1m_mv")))).toMatchObject({
      changes: true,
      replaces: [],
    });
    const back = await sqlFileProvider.update("", drifted, inputs(shipped("trades_1m_mv")));
    expect(back.liveDefinition).toBe(outs.appliedDefinition);
    expect(back.revision).not.toBe(outs.revision);
  });

  it("leaves what it knows of an object whose node does not answer", async () => {
    const outs = await create(TABLE);
    const [port] = await freePorts(1);
    const stopped = { ...outs, node: { ...outs.node, url: `http://127.0.0.1:${port}` } };
    expect(await sqlFileProvider.read("", stopped)).toEqual(stopped);
  });

  it("takes a Kafka table that is paused for there", async () => {
    const outs = await create(shipped("ticks_kafka"));
    expect(await onFirst(pausedTables)).toEqual(["ticks_kafka"]);
    expect(await sqlFileProvider.read("", outs)).toEqual(outs);
  });

  it("refuses a change of a data table that can't be made in a preview already", async () => {
    const outs = await create(TABLE);
    const before = await definition("change");
    const refused = inputs(changed(TABLE, "ORDER BY (id, time)", "ORDER BY time"));
    await expect(sqlFileProvider.diff(outs, refused)).rejects.toMatchObject({
      code: "SCHEMA_CHANGE_REFUSED",
    });
    expect(await definition("change")).toBe(before);
  });

  it("shows a change that can be made in a preview, and makes it only then", async () => {
    const outs = await create(TABLE);
    const wanted = inputs(changed(TABLE, "note    String", "note    String, more UInt8"));
    expect(await sqlFileProvider.diff(outs, wanted)).toEqual({ changes: true, replaces: [] });
    expect(await definition("change")).toBe(outs.liveDefinition);
    const { liveDefinition, revision } = await sqlFileProvider.update("", outs, wanted);
    expect(liveDefinition).toContain("`more` UInt8");
    expect(revision).not.toBe(outs.revision);
  });

  it("applies nothing where only the address or the password of a node has changed", async () => {
    const outs = await create(TABLE);
    const [port] = await freePorts(1);
    const moved = { ...inputs(TABLE), node: { ...first(), url: `http://127.0.0.1:${port}` } };
    expect(await sqlFileProvider.diff(outs, moved)).toEqual({ changes: true, replaces: [] });
    expect(await sqlFileProvider.update("", outs, moved)).toEqual({ ...outs, ...moved });
  });

  it("refuses a file that can't be read before anything is done", async () => {
    const cut = { ...inputs(TABLE), sql: TABLE.sql.slice(0, 40) };
    expect(await sqlFileProvider.check(undefined, cut)).toEqual([
      { property: "sql", reason: expect.stringContaining("99_change.sql: ") },
    ]);
    expect(await sqlFileProvider.check(undefined, inputs(TABLE))).toEqual([]);
  });

  it("never drops a data table whose file is gone, and drops a view", async () => {
    const table = await create(TABLE);
    await expect(sqlFileProvider.delete("", table)).rejects.toMatchObject({
      code: "SCHEMA_CHANGE_REFUSED",
      message: expect.stringContaining("99_change.sql is gone, but change on clickhouse-01 holds data"),
    });
    expect(await definition("change")).toBe(table.liveDefinition);
    const view = await create(shipped("trades_1m_mv"));
    await sqlFileProvider.delete("", view);
    expect(await definition("trades_1m_mv")).toBeUndefined();
  });
});
