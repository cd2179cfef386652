import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import kafkajs from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readKafka } from "../../services/audit/src/index.ts";
import { securityOf } from "../../services/common/src/index.ts";
import { runProducer } from "../../services/producer/src/testing/runProducer.ts";
import { applySchema, localSchema, startCluster } from "../../tests/support/engine.ts";
import { temporaryFolder } from "../../tests/support/folder.ts";
import { type SecuredKafka, startSecuredKafka } from "../../tests/support/securedKafka.ts";
import { withNode } from "../clickhouse/connection.ts";
import { pollUntil } from "../poll.ts";
import { type Issued, issueAuthority, issueServerCertificate } from "../tls/certificates.ts";
import { withAdmin } from "./connection.ts";
import { CONSUMER_GROUP, TOPIC } from "./names.ts";

// A real broker, with what the stack's brokers over TLS are given, and every client of ours.
const folder = temporaryFolder("kafka-tls");
let authority: Issued;
let kafka: SecuredKafka;

beforeAll(async () => {
  authority = await issueAuthority({ name: "Tickhouse test", lifetimeDays: 10 }, Date.now());
  const shown = await issueServerCertificate(
    { name: "kafka-1", names: ["kafka-1", "127.0.0.1", "localhost", "::1"], lifetimeDays: 9 },
    authority,
    Date.now(),
  );
  // Topic, users and rights are made over TLS, by the program's own connections.
  kafka = await startSecuredKafka(2, { ...shown, authorities: authority.certificate });
});
afterAll(async () => {
  await kafka?.stop();
  folder.remove();
});

const loginOf = (user: "producer" | "audit", authorities: string | undefined = authority.certificate) => {
  const { username, password } = kafka.loginOf(user);
  return { username, password, ...(authorities !== "" && { authorities }) };
};

/** A ClickHouse node whose consumers verify the broker by an authority; ticks that it has stored, and what failed. */
async function openConsumer(authorities: string) {
  const kafkaAuthoritiesFile = join(folder.path, `consumers-${Date.now()}.pem`);
  writeFileSync(kafkaAuthoritiesFile, authorities);
  const { bootstrap, plainConsumer } = kafka;
  const kafkaLogin = { mechanism: "PLAIN", ...plainConsumer } as const;
  const cluster = await startCluster({
    shards: 1,
    partitions: 2,
    bootstrap,
    kafkaLogin,
    kafkaAuthoritiesFile,
  });
  await applySchema(cluster, localSchema(cluster.topology));
  const [node] = cluster.connections;
  if (node === undefined) throw new Error("a cluster without a node");
  const only = async (sql: string): Promise<string> => {
    const [row] = await withNode(node, (session) => session.rows<{ value: string }>(sql));
    return String(row?.value);
  };
  return {
    stored: () => only("SELECT count() AS value FROM ticks_local"),
    problems: () =>
      only(
        "SELECT arrayStringConcat(arrayFlatten(groupArray(exceptions.text)), ' ') AS value FROM system.kafka_consumers",
      ),
    stop: cluster.stop,
  };
}

describe("a broker over TLS", () => {
  it("takes what the producer sends, the audit sees it, and ClickHouse's own consumers store it", async () => {
    const passwordFile = join(folder.path, "password");
    const caFile = join(folder.path, "ca.pem");
    writeFileSync(passwordFile, loginOf("producer").password);
    writeFileSync(caFile, authority.certificate);
    const produced = runProducer(["simulate", "--count", "500", "--topic", TOPIC], {
      KAFKA_BOOTSTRAP: kafka.bootstrap,
      KAFKA_USERNAME: "producer",
      KAFKA_PASSWORD_FILE: passwordFile,
      KAFKA_CA_FILE: caFile,
    });
    const { code, stderr } = await produced.ended;
    expect(code, stderr).toBe(0);
    const partitions = await readKafka({
      bootstrap: kafka.bootstrap,
      topic: TOPIC,
      group: CONSUMER_GROUP,
      login: loginOf("audit"),
    });
    expect(partitions.reduce((sum, { end }) => sum + end, 0n)).toBeGreaterThan(0n);
    const consumer = await openConsumer(authority.certificate);
    try {
      const stored = await pollUntil(60_000, async () =>
        (await consumer.stored()) === "500" ? true : undefined,
      );
      expect(stored, `${await consumer.stored()} of 500; ${await consumer.problems()}`).toBe(true);
    } finally {
      await consumer.stop();
    }
  });

  it("is read by no consumer that can't verify it", async () => {
    const stranger = await issueAuthority({ name: "Tickhouse test", lifetimeDays: 10 }, Date.now());
    const consumer = await openConsumer(stranger.certificate);
    try {
      const problem = await pollUntil(60_000, async () =>
        /certificate verify failed/.test(await consumer.problems()) ? true : undefined,
      );
      expect(problem, await consumer.problems()).toBe(true);
      expect(await consumer.stored()).toBe("0");
    } finally {
      await consumer.stop();
    }
  });

  it("is asked by nobody who can't verify it", async () => {
    const stranger = await issueAuthority({ name: "Tickhouse test", lifetimeDays: 10 }, Date.now());
    const refused = withAdmin(
      { ...kafka.connection, authorities: stranger.certificate },
      (admin) => admin.listTopics(),
      2_000,
    );
    await expect(refused).rejects.toMatchObject({
      code: "BROKER_UNREACHABLE",
      message: /certificate|verif/i,
    });
  });

  it("answers no client in clear, at no port", async () => {
    const plain = new kafkajs.Kafka({
      brokers: [kafka.bootstrap],
      logLevel: kafkajs.logLevel.NOTHING,
      connectionTimeout: 2_000,
      retry: { retries: 1 },
      ...securityOf(loginOf("producer", "")),
    }).admin();
    await expect(plain.connect()).rejects.toThrow();
    await plain.disconnect();
    for (const port of kafka.ports) {
      // An ApiVersions request, which a listener in clear answers whoever asks.
      const answer = await new Promise<number>((resolve, reject) => {
        const socket = connect(port, "127.0.0.1", () =>
          socket.write(Buffer.from("0000000e00120000000000010004746573740000", "hex")),
        );
        socket.once("data", (data) => resolve(data.readUInt8(0)));
        socket.once("close", () => resolve(-1)).once("error", reject);
      });
      // 21 is TLS's own alert; an answer of Kafka begins with the first byte of its length, 0.
      expect([21, -1], `port ${port}`).toContain(answer);
    }
  });
});
