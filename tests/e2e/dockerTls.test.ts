import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:tls";
import kafkajs from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { securityOf } from "../../services/common/src/index.ts";
import { askApi } from "../../tools/api.ts";
import type { StackOutputs } from "../../tools/outputsOf.ts";
import { type Checkout, createCheckout } from "../support/checkout.ts";
import { docker, dockerProblem, takeDown } from "../support/docker.ts";
import { kafkaLoginsOf } from "../support/owner.ts";
import { compareExact, replayAndCompare, writeTicks } from "../support/replay.ts";
import { makeFeed } from "../support/ticks.ts";
import { openWarehouse, type Warehouse } from "../support/warehouse.ts";

// A stack on target `docker` over TLS, as far as the servers here can serve it: Kafka and the API.
const problem = await dockerProblem();
if (problem !== undefined)
  console.warn(`SKIPPED: TLS on target docker is not tested, there is no Docker here: ${problem}`);

let checkout: Checkout;
let outputs: StackOutputs;
let warehouse: Warehouse;
const name = (part: string): string => `tickhouse-${checkout.stack}-${part}`;
const ticks = makeFeed({
  symbols: ["TLSA", "TLSB", "TLSC"],
  exchange: "TEST",
  trades: 200,
  startMicros: 1_700_000_000_000_000n,
  seed: 41,
});

/** The certificate that a port shows to who trusts the stack's authority, by its fingerprint. */
async function shownAt(port: number, ca: string): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, ca });
  try {
    await once(socket, "secureConnect");
    return socket.getPeerCertificate().fingerprint256;
  } finally {
    socket.destroy();
  }
}

const apiPort = (): number => Number(new URL(outputs.apiUrl).port);
const kafkaPort = (): number => Number(outputs.kafkaBootstrap.split(":")[1]);
const containerOf = (part: string): Promise<string> => docker("inspect", "--format", "{{.Id}}", name(part));

describe.skipIf(problem !== undefined)("target docker over TLS", () => {
  beforeAll(async () => {
    checkout = await createCheckout("docker");
    checkout.set("shards", 1);
    checkout.set("producer", "off");
    checkout.set("tls", "on");
    checkout.set("tlsParts", "kafka,api");
    checkout.set("kafkaConsumerMechanism", "PLAIN");
    const up = await checkout.npm("up");
    expect(up.exitCode, up.all).toBe(0);
    outputs = JSON.parse((await checkout.npm("outputs")).stdout) as StackOutputs;
    warehouse = openWarehouse(outputs);
  });

  afterAll(() => takeDown(checkout));

  it("stores every tick that comes over TLS, and each bar equals the plain loop's", async () => {
    expect(outputs).toMatchObject({ apiUrl: `https://127.0.0.1:${apiPort()}`, kafkaTls: true });
    await replayAndCompare(checkout, warehouse, writeTicks(checkout, "tls.jsonl", ticks), ticks);
    const verify = await checkout.npm("verify", "--wait");
    expect(verify.exitCode, verify.all).toBe(0);
  });

  it("answers nobody in clear, and shows its certificate to nobody else's authority", async () => {
    const plain = new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port: apiPort(), path: "/symbols" }, resolve).on("error", reject).end();
    });
    await expect(plain).rejects.toMatchObject({ code: "ECONNRESET" });
    for (const port of [apiPort(), kafkaPort()])
      await expect(shownAt(port, "")).rejects.toMatchObject({ code: expect.stringMatching(/CERT|VERIFY/) });
    const { producer: login } = await kafkaLoginsOf(checkout);
    const inClear = new kafkajs.Kafka({
      brokers: [outputs.kafkaBootstrap],
      logLevel: kafkajs.logLevel.NOTHING,
      connectionTimeout: 2_000,
      retry: { retries: 1 },
      ...securityOf(login),
    }).admin();
    await expect(inClear.connect()).rejects.toThrow();
    await inClear.disconnect();
  });

  it("keeps every private key out of the exported state, environments and arguments", async () => {
    const exported = (await checkout.withEnv("pulumi", "stack", "export", "--stack", checkout.stack)).stdout;
    expect(exported).not.toContain("PRIVATE KEY");
    const parts = ["api", "kafka-1", "clickhouse-01"].map(name);
    expect(await docker("inspect", ...parts)).not.toContain("PRIVATE KEY");
    expect(await docker("exec", name("api"), "stat", "-c", "%a %u", "/etc/tickhouse/api-tls-key")).toBe(
      "400 1000",
    );
  });

  it("changes nothing the second time", async () => {
    const up = await checkout.npm("up");
    expect(up.exitCode, up.all).toBe(0);
    expect(up.all).toMatch(/Resources:\s+\d+ unchanged\s/);
  });

  it("answers every request of the API while its certificate is renewed, in the same container", async () => {
    const before = {
      api: await shownAt(apiPort(), outputs.caCertificate),
      kafka: await shownAt(kafkaPort(), outputs.caCertificate),
      container: await containerOf("api"),
      node: await containerOf("clickhouse-01"),
    };
    // Another life makes another certificate, as the end of one does.
    checkout.set("tlsLifetimeDays", 30);
    let ended = false;
    let answers = 0;
    const failures: string[] = [];
    const load = (async () => {
      while (!ended) {
        const answer = await askApi(outputs, "/health/ready").catch((error: Error) => error);
        if (answer instanceof Error || !answer.ok)
          failures.push(
            answer instanceof Error ? `${answer.message} ${answer.cause}` : String(answer.status),
          );
        else await answer.text();
        // Each with a connection of its own, and so with a certificate that is shown anew.
        await shownAt(apiPort(), outputs.caCertificate).catch((error: Error) => failures.push(error.message));
        answers += 1;
      }
    })();
    const up = await checkout.npm("up");
    expect(up.exitCode, up.all).toBe(0);
    await expect
      .poll(() => shownAt(apiPort(), outputs.caCertificate), { timeout: 20_000 })
      .not.toBe(before.api);
    ended = true;
    await load;
    expect(failures).toEqual([]);
    expect(answers).toBeGreaterThan(20);
    expect(await containerOf("api")).toBe(before.container);
    expect(await containerOf("clickhouse-01")).toBe(before.node);
    expect(await shownAt(kafkaPort(), outputs.caCertificate)).not.toBe(before.kafka);
    await compareExact(warehouse, ticks);
  });

  it("goes on storing over the new certificates", async () => {
    const more = makeFeed({
      symbols: ["AFTERA", "AFTERB"],
      exchange: "TEST",
      trades: 100,
      startMicros: 1_700_000_000_000_000n,
      seed: 43,
    });
    await replayAndCompare(checkout, warehouse, writeTicks(checkout, "after.jsonl", more), more);
  });
});
