import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { createTopology } from "../topology.ts";
import { renderServerConfig, type ServerArgs } from "./server.ts";

const topology = createTopology({
  shards: 2,
  replicasPerShard: 2,
  partitions: 8,
  clickhouseHttpPort: 8123,
  clickhouseNativePort: 9000,
});
const [, , third] = topology.nodes;
if (third === undefined) throw new Error("a cluster of four nodes has a third one");

const ARGS: ServerArgs = {
  topology,
  node: third,
  address: ({ name, nativePort }) => ({ host: `${name}.internal`, port: nativePort }),
  clusterSecret: "secret",
  kafka: { bootstrap: "kafka-1:9092,kafka-2:9092", topic: "ticks", group: "tickhouse" },
  listen: { host: "127.0.0.1", httpPort: third.httpPort, nativePort: third.nativePort },
  paths: { data: "/var/data", log: "/var/log", usersFile: "/etc/users.xml" },
  maxMemoryBytes: 2_147_483_648,
};

const render = (changes: Partial<ServerArgs> = {}) =>
  new XMLParser({ parseTagValue: false }).parse(renderServerConfig({ ...ARGS, ...changes })).clickhouse;

describe("renderServerConfig", () => {
  it("lists two shards of two replicas, who know each other by the secret", () => {
    expect(render().remote_servers).toEqual({
      analytics_cluster: {
        secret: "secret",
        shard: [
          {
            internal_replication: "true",
            replica: [
              { host: "clickhouse-01.internal", port: "9000" },
              { host: "clickhouse-01-2.internal", port: "9001" },
            ],
          },
          {
            internal_replication: "true",
            replica: [
              { host: "clickhouse-02.internal", port: "9002" },
              { host: "clickhouse-02-2.internal", port: "9003" },
            ],
          },
        ],
      },
    });
  });

  it("tells a node its own shard, name, ports and paths", () => {
    const config = render();
    expect(config.macros).toEqual({ shard: "02", replica: "clickhouse-02" });
    expect(config).toMatchObject({
      listen_host: "127.0.0.1",
      http_port: "8125",
      tcp_port: "9002",
      path: "/var/data/",
      timezone: "UTC",
    });
    expect(config.logger.log).toBe("/var/log/clickhouse-server.log");
    expect(config.user_directories.users_xml.path).toBe("/etc/users.xml");
    expect(config.max_server_memory_usage).toBe("2147483648");
  });

  it("keeps Kafka's address in the named collection", () => {
    expect(render().named_collections.kafka_ticks).toEqual({
      kafka_broker_list: "kafka-1:9092,kafka-2:9092",
      kafka_topic_list: "ticks",
      kafka_group_name: "tickhouse",
      // Read here only, and not in a section of the server's own.
      kafka: { session_timeout_ms: "6000", heartbeat_interval_ms: "2000" },
    });
  });

  it("lists one shard of one replica as one that is read back the same way", () => {
    const single = createTopology({
      shards: 1,
      replicasPerShard: 1,
      partitions: 1,
      clickhouseHttpPort: 1,
      clickhouseNativePort: 2,
    });
    expect(render({ topology: single }).remote_servers.analytics_cluster.shard).toEqual({
      internal_replication: "true",
      replica: { host: "clickhouse-01.internal", port: "2" },
    });
  });

  it("escapes what XML would read as its own", () => {
    const odd = `a<b>&"c"'d'&amp;]]>`;
    const xml = renderServerConfig({
      ...ARGS,
      clusterSecret: odd,
      kafka: { ...ARGS.kafka, bootstrap: odd },
      paths: { data: `/x/${odd}`, log: "/l", usersFile: "/u" },
    });
    expect(xml).not.toContain("a<b>");
    expect(xml).toContain("a&lt;b&gt;&amp;&quot;c&quot;&apos;d&apos;&amp;amp;]]&gt;");
    const config = new XMLParser({ parseTagValue: false }).parse(xml).clickhouse;
    expect(config.remote_servers.analytics_cluster.secret).toBe(odd);
    expect(config.named_collections.kafka_ticks.kafka_broker_list).toBe(odd);
    expect(config.path).toBe(`/x/${odd}/`);
  });
});
