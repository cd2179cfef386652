import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pollUntil } from "../../infra/poll.ts";
import { secureHealth } from "../../infra/targets/docker/health.ts";
import { ROOT } from "../../infra/targets/local/layout.ts";
import { type Issued, issueAuthority, issueServerCertificate } from "../../infra/tls/certificates.ts";
import { rows, type StubClickHouse, startStub } from "../../services/api/src/testing/stubClickHouse.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freePorts } from "../support/freePort.ts";

// The API as its own process, with certificates of the stack's own authority; ClickHouse is a stub.
const NAMES = ["ticks.example.com", "localhost", "127.0.0.1"];
const COUNT = "/dedup/raw_count?symbol=A";
const folder = temporaryFolder("api-tls");
const file = (name: string) => join(folder.path, name);
let authority: Issued;
let served: Issued;
let stub: StubClickHouse;
let child: ChildProcess;
let output = "";
let port = 0;
let metricsPort = 0;

const issue = (lifetimeDays: number) =>
  issueServerCertificate({ name: "api", names: NAMES, lifetimeDays }, authority, Date.now());
/** Puts another file in a file's place, as Docker, Kubernetes and a careful hand do. */
const put = (name: string, text: string) => {
  writeFileSync(file(`${name}.new`), text);
  renameSync(file(`${name}.new`), file(name));
};
const install = ({ certificate, privateKey }: Issued) => {
  put("api.crt", certificate);
  put("api.key", privateKey);
};
const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256;

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
  readonly shown: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** One request, verified against the authority. */
const ask = (path: string, agent?: Agent, host = "ticks.example.com"): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      path,
      servername: host,
      headers: { host: `${host}:${port}` },
      ca: authority.certificate,
      agent: agent ?? false,
    } as const;
    const sent = request(options, (response) => {
      const { fingerprint256: shown } = (response.socket as TLSSocket).getPeerCertificate();
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode, text, shown, headers: response.headers }),
      );
      response.on("error", reject);
    });
    sent.on("error", reject).end();
  });

beforeAll(async () => {
  authority = await issueAuthority({ name: "Tickhouse test", lifetimeDays: 100 }, Date.now());
  served = await issue(90);
  install(served);
  stub = await startStub(rows([{ count: 7 }]));
  [port = 0, metricsPort = 0] = await freePorts(2);
  child = spawn(process.execPath, ["--import", "tsx", join(ROOT, "services/api/src/main.ts")], {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      API_PORT: String(port),
      METRICS_PORT: String(metricsPort),
      API_TLS_CERTIFICATE_FILE: file("api.crt"),
      API_TLS_KEY_FILE: file("api.key"),
      CLICKHOUSE_URLS: stub.url,
      CLICKHOUSE_USER: "api",
      CLICKHOUSE_PASSWORD: "secret-password",
      // The load below is as fast as the machine.
      RATE_LIMIT_PER_MINUTE: "0",
    },
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const listening = await pollUntil(20_000, () => (output.includes("listening") ? true : undefined));
  expect(listening, output).toBe(true);
});

afterAll(async () => {
  child?.kill("SIGKILL");
  await stub?.stop();
  folder.remove();
});

describe("the API over TLS", () => {
  it("answers who trusts its authority, and tells browsers to come back by nothing else", async () => {
    const { status, text, shown, headers } = await ask(COUNT);
    expect([status, JSON.parse(text).count, shown]).toEqual([200, 7, fingerprint(served.certificate)]);
    expect(headers["strict-transport-security"]).toBe("max-age=31536000");
    expect((await ask("/", undefined, "localhost")).headers["strict-transport-security"]).toBeUndefined();
  });

  it("is ready for the health check of a container, by the name that its clients know, and for no other", () => {
    const health = (name: string, ca = authority.certificate) => {
      put("health-ca", ca);
      const command = secureHealth({ port, path: "/health/live", name });
      const env = { PATH: process.env["PATH"], NODE_EXTRA_CA_CERTS: file("health-ca") };
      return spawnSync("sh", ["-c", command], { env }).status;
    };
    expect(health("ticks.example.com")).toBe(0);
    expect(health("other.example.com")).toBe(1);
    expect(health("ticks.example.com", served.certificate)).toBe(1);
  });

  it("answers no plain HTTP, and nothing older than TLS 1.2", async () => {
    const plain = new Promise((resolve, reject) => {
      httpRequest({ host: "127.0.0.1", port, path: COUNT }, resolve).on("error", reject).end();
    });
    await expect(plain).rejects.toMatchObject({ code: "ECONNRESET" });
    const old = new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port, servername: NAMES[0], ca: authority.certificate } as const;
      connect({ ...options, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }, () =>
        resolve("connected"),
      ).on("error", reject);
    });
    await expect(old).rejects.toMatchObject({ code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" });
  });

  it("goes on without a failure while its certificate is renewed, and tells when the new one ends", async () => {
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    await ask(COUNT, kept);
    const renewed = await issue(95);
    const seen = new Map<string, number>();
    let ended = false;
    const load = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!ended) {
          const { status, shown } = await ask(COUNT);
          expect(status).toBe(200);
          seen.set(shown, (seen.get(shown) ?? 0) + 1);
        }
      }),
    );
    // A request that fails is told at once, not as requests that did not come.
    const enough = (certificate: Issued) =>
      Promise.race([
        load.then(() => false),
        pollUntil(20_000, () =>
          (seen.get(fingerprint(certificate.certificate)) ?? 0) >= 20 ? true : undefined,
        ),
      ]);
    expect(await enough(served), "requests before the renewal").toBe(true);
    install(renewed);
    expect(await enough(renewed), `requests after the renewal; ${output}`).toBe(true);
    ended = true;
    await load;
    expect([...seen.keys()].sort()).toEqual(
      [served, renewed].map(({ certificate }) => fingerprint(certificate)).sort(),
    );
    // A connection from before is not cut.
    expect(await ask(COUNT, kept)).toMatchObject({
      status: 200,
      shown: fingerprint(served.certificate),
    });
    kept.destroy();
    const metrics = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    expect(await metrics.text()).toContain(
      `tickhouse_certificate_not_after_seconds{server="api"} ${renewed.notAfterMs / 1_000}\n`,
    );
    served = renewed;
  });

  it("keeps what it has where a certificate and its key do not belong together, and says so", async () => {
    const half = await issue(10);
    put("api.crt", half.certificate);
    const said = await pollUntil(20_000, () => (output.includes("is not the key of") ? true : undefined));
    expect(said, output).toBe(true);
    expect((await ask(COUNT)).shown).toBe(fingerprint(served.certificate));
    put("api.key", half.privateKey);
    const taken = await pollUntil(20_000, async () =>
      (await ask(COUNT)).shown === fingerprint(half.certificate) ? true : undefined,
    );
    expect(taken, output).toBe(true);
    expect(output).not.toContain("PRIVATE KEY");
  });
});
