import kafkajs from "kafkajs";
import { expect } from "vitest";
import { STACK_USERS } from "../../infra/clickhouse/users/users.ts";
import { type KafkaLogin, securityOf, type Tick } from "../../services/common/src/index.ts";
import type { Checkout } from "./checkout.ts";
import { kafkaLoginsOf, secretsOf } from "./owner.ts";
import { compareExact, spread, writeTicks } from "./replay.ts";
import { makeFeed } from "./ticks.ts";
import type { Warehouse } from "./warehouse.ts";

/** By what servers know each other: another setting changes these. */
const SERVER_SECRETS = ["cluster-secret", "kafka-password"];
const USERS = STACK_USERS;
/** Long enough for the change to fall into the middle. */
const REPLAY_SECONDS = 45;

/**
 * Makes all passwords anew while ticks are produced: every tick is there once, the new passwords work, the old ones do
 * not, and the audit is complete.
 * @returns what was sent
 */
export async function expectRotation(checkout: Checkout, warehouse: Warehouse): Promise<Tick[]> {
  const before = await credentialsOf(checkout);
  const feed = {
    symbols: ["ROTATEA", "ROTATEB", "ROTATEC"],
    exchange: "TEST",
    trades: 900,
    startMicros: 1_700_000_000_000_000n,
    seed: 61,
  };
  const ticks = spread(makeFeed(feed), REPLAY_SECONDS);
  const file = writeTicks(checkout, "rotated.jsonl", ticks);
  const replay = checkout.npm("produce", "replay", file, "--speed", "1");
  await warehouse.untilRawCount("ROTATEA", 20);
  checkout.set("secretsVersion", 2);
  const up = await checkout.npm("up");
  expect(up.exitCode, up.all).toBe(0);
  const produced = await replay;
  // Its login is the old one: where the change was faster than the replay, Kafka lets it in no more.
  if (produced.exitCode !== 0) {
    expect(produced.all).toMatch(/LOGIN_REFUSED/);
    const rest = await checkout.npm("produce", "replay", file);
    expect(rest.exitCode, rest.all).toBe(0);
  }
  for (const symbol of feed.symbols)
    await warehouse.untilFinalCount(symbol, ticks.filter((tick) => tick.symbol === symbol).length);
  await compareExact(warehouse, ticks);

  const after = await credentialsOf(checkout);
  for (const [name, value] of Object.entries(before.secrets))
    expect(after.secrets[name] === value, name).toBe(SERVER_SECRETS.includes(name));
  await expectPasswords(warehouse, before, "refused");
  await expectPasswords(warehouse, after, "accepted");

  const verified = await checkout.npm("verify", "--wait");
  expect(verified.exitCode, verified.all).toBe(0);
  const again = await checkout.npm("up");
  expect(again.all).toMatch(/Resources:\s+\d+ unchanged\s/);
  return ticks;
}

interface Credentials {
  readonly secrets: Readonly<Record<string, string>>;
  readonly logins: Readonly<Record<string, KafkaLogin>>;
}

const credentialsOf = async (checkout: Checkout): Promise<Credentials> => ({
  secrets: await secretsOf(checkout),
  logins: await kafkaLoginsOf(checkout),
});

async function expectPasswords(
  { outputs }: Warehouse,
  { secrets, logins }: Credentials,
  expected: "accepted" | "refused",
): Promise<void> {
  for (const { name, httpUrl } of outputs.clickhouse)
    for (const user of USERS) {
      const headers = { "X-ClickHouse-User": user, "X-ClickHouse-Key": secrets[`${user}-password`] ?? "" };
      const response = await fetch(`${httpUrl}/?query=SELECT%201`, { headers });
      await response.body?.cancel();
      expect(response.ok ? "accepted" : "refused", `${user} at ${name}`).toBe(expected);
    }
  // The consumers' password may be one that no client of this test can show.
  for (const user of ["producer", "api", "replay", "audit"])
    expect(await logIn(outputs.kafkaBootstrap, logins[user]), `${user} at Kafka`).toBe(expected);
}

async function logIn(bootstrap: string, login: KafkaLogin | undefined): Promise<"accepted" | "refused"> {
  const admin = new kafkajs.Kafka({
    brokers: bootstrap.split(","),
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 2 },
    ...securityOf(login),
  }).admin();
  const connected = await admin.connect().then(
    () => "accepted" as const,
    (error: Error) => {
      if (!/authentication/i.test(error.message)) throw error;
      return "refused" as const;
    },
  );
  await admin.disconnect();
  return connected;
}
