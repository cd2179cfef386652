import kafkajs from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SecuredKafka, startSecuredKafka } from "../../tests/support/securedKafka.ts";
import { CONSUMER_GROUP, TOPIC } from "./names.ts";

// A real broker that asks everybody for a login, with the users of a stack.
let kafka: SecuredKafka;

beforeAll(async () => {
  kafka = await startSecuredKafka();
});
afterAll(async () => {
  await kafka?.stop();
});

const clientOf = (login?: kafkajs.SASLOptions) =>
  new kafkajs.Kafka({
    brokers: [kafka.bootstrap],
    logLevel: kafkajs.logLevel.NOTHING,
    // The coordinator of a first group takes a moment.
    retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 500 },
    connectionTimeout: 2_000,
    requestTimeout: 3_000,
    ...(login && { sasl: login }),
  });

/** kafkajs tells of a group that it may not see as of one without a coordinator. */
const REFUSED = /AUTHORIZATION_FAILED|Failed to find group coordinator/;

/** What an attempt came to: "allowed", or the reason of its refusal. */
const outcome = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => "allowed",
    (error: Error & { type?: string }) => error.type ?? error.message,
  );

const write = async (login?: kafkajs.SASLOptions): Promise<string> => {
  const producer = clientOf(login).producer({
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 500 },
  });
  const sent = outcome(
    producer.connect().then(() => producer.send({ topic: TOPIC, acks: -1, messages: [{ value: "x" }] })),
  );
  return sent.finally(() => producer.disconnect());
};

const administer = (
  use: (admin: kafkajs.Admin) => Promise<unknown>,
  login?: kafkajs.SASLOptions,
): Promise<string> => {
  const admin = clientOf(login).admin();
  return outcome(admin.connect().then(() => use(admin))).finally(() => admin.disconnect());
};

const read = async (groupId: string, login: kafkajs.SASLOptions): Promise<string> => {
  const consumer = clientOf(login).consumer({ groupId });
  const first = new Promise<string>((resolve) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      const error = payload.error as Error & { type?: string; retriable?: boolean };
      // A coordinator that loads its groups is asked again.
      if (error.retriable !== true) resolve(error.type ?? error.message);
    });
    outcome(
      consumer
        .connect()
        .then(() => consumer.subscribe({ topic: TOPIC, fromBeginning: true }))
        .then(() => consumer.run({ eachMessage: async () => resolve("allowed"), autoCommit: false })),
    ).then((result) => result !== "allowed" && resolve(result));
  });
  return first.finally(() => consumer.disconnect());
};

describe("a broker of a stack", () => {
  it("answers nobody without a login, or with a wrong password", async () => {
    const list = (admin: kafkajs.Admin) => admin.listTopics();
    expect(await administer(list)).not.toBe("allowed");
    expect(await write()).not.toBe("allowed");
    for (const user of ["producer", "kafka", "stranger"] as const)
      for (const mechanism of ["plain", "scram-sha-512"] as const)
        expect(
          await administer(list, { mechanism, username: user, password: "wrong" } as kafkajs.SASLOptions),
          `${user} with ${mechanism}`,
        ).toMatch(/[Aa]uthentication/);
  });

  it("lets producers and replays write, and nobody else but its owner", async () => {
    expect(await write(kafka.loginOf("producer"))).toBe("allowed");
    expect(await write(kafka.loginOf("replay"))).toBe("allowed");
    for (const user of ["clickhouse", "api", "audit"] as const)
      expect(await write(kafka.loginOf(user)), user).toMatch(REFUSED);
  });

  it("lets the consumers read in their group alone, and the audit in groups of its own", async () => {
    expect(await read(CONSUMER_GROUP, kafka.loginOf("clickhouse"))).toBe("allowed");
    expect(await read(`${CONSUMER_GROUP}-verify-1`, kafka.loginOf("audit"))).toBe("allowed");
    expect(await read("another", kafka.loginOf("clickhouse"))).toMatch(REFUSED);
    expect(await read(CONSUMER_GROUP, kafka.loginOf("audit"))).toMatch(REFUSED);
    expect(await read(CONSUMER_GROUP, kafka.loginOf("producer"))).toMatch(REFUSED);
    expect(await read(CONSUMER_GROUP, kafka.loginOf("api"))).toMatch(REFUSED);
  });

  it("tells offsets to the API and the audit", async () => {
    for (const user of ["api", "audit"] as const)
      expect(
        await administer(
          async (admin) => [
            await admin.fetchOffsets({ groupId: CONSUMER_GROUP, topics: [TOPIC] }),
            await admin.fetchTopicOffsets(TOPIC),
          ],
          kafka.loginOf(user),
        ),
        user,
      ).toBe("allowed");
    expect(
      await administer(
        (admin) => admin.fetchOffsets({ groupId: CONSUMER_GROUP, topics: [TOPIC] }),
        kafka.loginOf("producer"),
      ),
    ).toMatch(REFUSED);
  });

  it.each(["producer", "clickhouse", "api", "replay", "audit"] as const)(
    "lets %s change neither topics nor rights nor the group",
    async (user) => {
      const login = kafka.loginOf(user);
      expect(
        await administer((admin) => admin.createTopics({ topics: [{ topic: "other" }] }), login),
      ).not.toBe("allowed");
      expect(await administer((admin) => admin.deleteTopics({ topics: [TOPIC] }), login)).not.toBe("allowed");
      expect(await administer((admin) => admin.deleteGroups([CONSUMER_GROUP]), login)).not.toBe("allowed");
      expect(
        await administer(
          (admin) =>
            admin.createAcls({
              acl: [
                {
                  principal: `User:${login.username}`,
                  host: "*",
                  operation: kafkajs.AclOperationTypes.ALL,
                  permissionType: kafkajs.AclPermissionTypes.ALLOW,
                  resourceType: kafkajs.AclResourceTypes.TOPIC,
                  resourceName: TOPIC,
                  resourcePatternType: kafkajs.ResourcePatternTypes.LITERAL,
                },
              ],
            }),
          login,
        ),
      ).not.toBe("allowed");
    },
  );

  it("takes another password without a restart, and forgets a user", async () => {
    const list = (admin: kafkajs.Admin) => admin.listTopics();
    const old = kafka.loginOf("producer");
    const renewed = { ...old, password: "renewed-password-of-a-test" };
    await kafka.setUser("producer", renewed.password);
    expect(await administer(list, renewed)).toBe("allowed");
    expect(await administer(list, old)).toMatch(/[Aa]uthentication/);
    await kafka.forgetUser("producer");
    expect(await administer(list, renewed)).toMatch(/[Aa]uthentication/);
  });

  it("still knows who is let in and who is not after it was killed", async () => {
    const list = (admin: kafkajs.Admin) => admin.listTopics();
    const renewed = { ...kafka.loginOf("audit"), password: "renewed-password-of-a-test" };
    // In this order: a credential that is removed would take along those that were set after it.
    await kafka.setUser("audit", renewed.password);
    await kafka.forgetUser("replay");
    await kafka.crash();
    expect(await administer(list, renewed)).toBe("allowed");
    expect(await administer(list, kafka.loginOf("api"))).toBe("allowed");
    for (const old of ["audit", "replay"] as const)
      expect(await administer(list, kafka.loginOf(old)), old).toMatch(/[Aa]uthentication/);
  });
});
