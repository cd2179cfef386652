import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withAdmin } from "../../../infra/kafka/connection.ts";
import { TOPIC } from "../../../infra/kafka/names.ts";
import { pollUntil } from "../../../infra/poll.ts";
import { type SecuredKafka, startSecuredKafka } from "../../../tests/support/securedKafka.ts";
import { runProducer } from "./testing/runProducer.ts";

// A real broker that asks for logins, whose passwords change while the producer runs.
let kafka: SecuredKafka;
let folder: string;
const DEADLINE_MS = 30_000;

beforeAll(async () => {
  kafka = await startSecuredKafka();
  folder = await mkdtemp(join(tmpdir(), "producer-login-"));
});
afterAll(async () => {
  await kafka.stop();
  await rm(folder, { recursive: true });
});

/** Messages in the topic. */
const sent = (): Promise<number> =>
  withAdmin(kafka.connection, async (admin) =>
    (await admin.fetchTopicOffsets(TOPIC)).reduce((sum, { high }) => sum + Number(high), 0),
  );

it("says that its login is refused, and what to do, once it is no more", async () => {
  const { username, password } = kafka.loginOf("producer");
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  const run = runProducer(["simulate", "--rate", "200", "--topic", TOPIC], {
    KAFKA_BOOTSTRAP: kafka.bootstrap,
    KAFKA_USERNAME: username,
    KAFKA_PASSWORD_FILE: passwordFile,
  });
  expect(await pollUntil(DEADLINE_MS, async () => (await sent()) > 0 || undefined), "nothing was sent").toBe(
    true,
  );
  await kafka.forgetUser("producer");
  const { code, stderr } = await run.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/refused a batch for ticks: .*run the same command with the new login/s);
});
