import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Connection, withNode } from "../../infra/clickhouse/connection.ts";
import { pollUntil } from "../../infra/poll.ts";
import { ROOT } from "../../infra/targets/local/layout.ts";
import { type Issued, issueAuthority, issueServerCertificate } from "../../infra/tls/certificates.ts";
import { openNode } from "../../services/audit/src/index.ts";
import { openWriter } from "../../tools/verify/insert.ts";
import { type Engine, startEngine } from "../support/engine.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freePorts } from "../support/freePort.ts";
import { startTlsProxy, type TlsProxy } from "../support/tlsProxy.ts";

// Every client of ClickHouse over TLS: a real engine, behind a port of TLS, since the embedded one has none.
const folder = temporaryFolder("tls-clients");
let engine: Engine;
let authority: Issued;
let proxy: TlsProxy;
let misnamed: TlsProxy;
let connection: Connection;

beforeAll(async () => {
  engine = await startEngine();
  authority = await issueAuthority({ name: "Tickhouse test", lifetimeDays: 10 }, Date.now());
  const behind = Number(new URL(engine.url).port);
  const issue = (...names: string[]) =>
    issueServerCertificate({ name: "clickhouse-01", names, lifetimeDays: 9 }, authority, Date.now());
  proxy = await startTlsProxy(await issue("clickhouse-01", "127.0.0.1"), behind);
  misnamed = await startTlsProxy(await issue("clickhouse-02"), behind);
  connection = {
    node: "clickhouse-01",
    url: `https://127.0.0.1:${proxy.port}`,
    ...engine.owner,
    database: engine.database,
    authorities: authority.certificate,
  };
});

afterAll(async () => {
  await Promise.all([proxy?.stop(), misnamed?.stop()]);
  await engine?.stop();
  folder.remove();
});

const ask = (changes: Partial<Connection>) =>
  withNode({ ...connection, ...changes }, (session) => session.rows("SELECT 1 AS one"));

describe("the program's own client", () => {
  it("asks a node whose certificate the stack's authority issued for its address", async () => {
    expect(await ask({})).toEqual([{ one: 1 }]);
  });

  it("refuses every other one, and says what to look at", async () => {
    const stranger = await issueAuthority({ name: "Tickhouse test", lifetimeDays: 10 }, Date.now());
    const refused = { code: "CERTIFICATE_REFUSED", message: expect.stringContaining("not trusted") };
    await expect(ask({ authorities: stranger.certificate })).rejects.toMatchObject(refused);
    await expect(ask({ authorities: "" })).rejects.toMatchObject(refused);
    await expect(ask({ url: `https://127.0.0.1:${misnamed.port}` })).rejects.toMatchObject({
      code: "CERTIFICATE_REFUSED",
      message: expect.stringMatching(/clickhouse-01 at .*tickhouse:tlsNames/),
    });
  });
});

it("the audit's and the healing's clients verify a node by the stack's authority", async () => {
  const { node: name, ...rest } = connection;
  const node = openNode({ ...rest, name });
  expect(await node.rows("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  await node.close();
  const writer = openWriter(connection);
  await writer.empty("ticks", 0, [{ from: 7n, to: 9n }]);
  await writer.close();
  expect(
    await withNode(connection, (session) =>
      session.rows("SELECT toUInt32(kafka_offset) AS at FROM empty_offsets ORDER BY at"),
    ),
  ).toEqual([{ at: 7 }, { at: 8 }]);
});

describe("a service", () => {
  const children: ChildProcess[] = [];
  afterAll(() => {
    for (const child of children) child.kill("SIGKILL");
  });

  /** What the API says of its readiness, with a ClickHouse node at a URL. */
  async function readiness(url: string, trusts: string): Promise<number | undefined> {
    const [port = 0] = await freePorts(1);
    const file = join(folder.path, `ca-${port}`);
    writeFileSync(file, trusts);
    const child = spawn(process.execPath, ["--import", "tsx", join(ROOT, "services/api/src/main.ts")], {
      cwd: ROOT,
      env: {
        PATH: process.env["PATH"],
        NODE_EXTRA_CA_CERTS: file,
        API_PORT: String(port),
        CLICKHOUSE_URLS: url,
        CLICKHOUSE_USER: engine.api.username,
        CLICKHOUSE_PASSWORD: engine.api.password,
        CLICKHOUSE_DATABASE: engine.database,
      },
      stdio: "ignore",
    });
    children.push(child);
    return pollUntil(20_000, () =>
      fetch(`http://127.0.0.1:${port}/health/ready`).then(
        ({ status }) => status,
        () => undefined,
      ),
    );
  }

  it("verifies a node by the authority that it is given", async () => {
    expect(await readiness(connection.url, authority.certificate)).toBe(200);
  });

  it("asks no node that it can't verify", async () => {
    const stranger = await issueAuthority({ name: "Tickhouse test", lifetimeDays: 10 }, Date.now());
    expect(await readiness(connection.url, stranger.certificate)).toBe(503);
    expect(await readiness(`https://127.0.0.1:${misnamed.port}`, authority.certificate)).toBe(503);
  });
});
