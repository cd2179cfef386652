import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { tlsFilesIn } from "../tls/files.ts";
import { createTopology } from "../topology.ts";
import { renderServerConfig, type ServerArgs, type ServerTls } from "./server.ts";

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

describe("renderServerConfig with TLS", () => {
  const FILES = tlsFilesIn("/etc/tickhouse-tls");
  const ALL = { files: FILES, nodes: true, keeper: true };
  const KAFKA = { ...ARGS.kafka, authoritiesFile: FILES.authorities };
  const secure = (changes: Partial<ServerTls> = {}) => {
    const xml = renderServerConfig({
      ...ARGS,
      listen: { host: "0.0.0.0", httpPort: 8443, nativePort: 9440 },
      keepers: [{ host: "keeper-1", port: 9281 }],
      interserverHost: "clickhouse-02",
      kafka: KAFKA,
      tls: { ...ALL, ...changes },
    });
    return new XMLParser({ parseTagValue: false, ignoreAttributes: false }).parse(xml).clickhouse;
  };

  it("listens on the secure ports, and takes every port in clear out of the image's configuration", () => {
    const config = secure();
    expect(config).toMatchObject({
      https_port: "8443",
      tcp_port_secure: "9440",
      interserver_https_port: "9010",
      interserver_https_host: "clickhouse-02",
    });
    expect(config.interserver_http_host).toBeUndefined();
    for (const port of ["http_port", "tcp_port", "interserver_http_port", "mysql_port", "postgresql_port"])
      expect(config[port], port).toEqual({ "@_remove": "1" });
  });

  it("shows its certificate, takes nothing older than TLS 1.2, and trusts the stack's authority alone", () => {
    const { server, client } = secure().openSSL;
    expect(server).toMatchObject({ certificateFile: FILES.certificate, privateKeyFile: FILES.privateKey });
    expect(client).toMatchObject({
      caConfig: FILES.authorities,
      verificationMode: "strict",
      loadDefaultCAFile: "false",
      invalidCertificateHandler: { name: "RejectCertificateHandler" },
    });
    for (const side of [server, client]) expect(side.disableProtocols).toBe("sslv2,sslv3,tlsv1,tlsv1_1");
  });

  it("asks the other nodes, Keeper and Kafka over TLS", () => {
    const config = secure();
    for (const { replica } of config.remote_servers.analytics_cluster.shard)
      for (const each of replica) expect(each.secure).toBe("1");
    expect(config.zookeeper.node).toEqual({ host: "keeper-1", port: "9281", secure: "1" });
    expect(config.named_collections.kafka_ticks.kafka).toMatchObject({
      security_protocol: "ssl",
      ssl_ca_location: FILES.authorities,
    });
  });

  it("verifies names where all that it connects to is called by one, which Keeper is not", () => {
    expect(secure().openSSL.client.extendedVerification).toBe("false");
    expect(secure({ keeper: false }).openSSL.client.extendedVerification).toBe("true");
  });

  it("keeps in clear what is encrypted by something else", () => {
    const config = secure({ nodes: false });
    expect(config).toMatchObject({ http_port: "8443", interserver_http_host: "clickhouse-02" });
    expect(config.openSSL.server).toBeUndefined();
    expect(config.zookeeper.node.secure).toBe("1");
    expect(config.remote_servers.analytics_cluster.shard[0].replica[0].secure).toBeUndefined();
  });

  it("keeps a consumer's login on a connection over TLS", () => {
    const login = { mechanism: "SCRAM-SHA-512", username: "clickhouse", password: "p" } as const;
    const xml = renderServerConfig({ ...ARGS, kafka: { ...KAFKA, login } });
    const { kafka } = new XMLParser().parse(xml).clickhouse.named_collections.kafka_ticks;
    expect(kafka).toMatchObject({ security_protocol: "sasl_ssl", sasl_username: "clickhouse" });
  });
});
