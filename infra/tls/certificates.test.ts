import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import { beforeAll, describe, expect, it } from "vitest";
import { type Issued, isRenewalDue, issueAuthority, issueServerCertificate } from "./certificates.ts";

const NOW = Date.parse("2026-03-01T12:00:00.500Z");
const DAY_MS = 86_400_000;
let authority: Issued;

beforeAll(async () => {
  authority = await issueAuthority({ name: "Tickhouse test", lifetimeDays: 3_650 }, Date.now());
});

const issueFor = (...names: string[]) =>
  issueServerCertificate({ name: "server", names, lifetimeDays: 90 }, authority, Date.now());

/** Connects to a server that shows a certificate; the error's code, or the protocol that was agreed on. */
async function meet(shown: Issued, trusted: string, servername: string) {
  const server = createServer({ cert: shown.certificate, key: shown.privateKey, minVersion: "TLSv1.2" });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    const socket = connect({
      host: "127.0.0.1",
      port,
      ca: trusted,
      servername,
    });
    await once(socket, "secureConnect");
    const protocol = socket.getProtocol();
    socket.destroy();
    return protocol;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    server.close();
  }
}

describe("issueAuthority", () => {
  it("makes an authority that may issue servers and nothing below", () => {
    const made = new X509Certificate(authority.certificate);
    expect(made.ca).toBe(true);
    expect(made.verify(made.publicKey)).toBe(true);
    expect(made.checkPrivateKey(createPrivateKey(authority.privateKey))).toBe(true);
  });

  it("keeps what it issued good when it is renewed with its key", async () => {
    const shown = await issueFor("clickhouse-01");
    const { privateKey } = authority;
    const renewed = await issueAuthority(
      { name: "Tickhouse test", lifetimeDays: 10, privateKey },
      Date.now(),
    );
    expect(renewed.certificate).not.toBe(authority.certificate);
    expect(await meet(shown, renewed.certificate, "clickhouse-01")).toBe("TLSv1.3");
  });
});

describe("issueServerCertificate", () => {
  it("holds every name that was asked for, for the time that was asked for", async () => {
    const names = ["clickhouse-01", "clickhouse-01.ns.svc", "localhost", "127.0.0.1", "::1"];
    const issued = await issueServerCertificate({ name: "a", names, lifetimeDays: 90 }, authority, NOW);
    const made = new X509Certificate(issued.certificate);
    for (const name of names.slice(0, 3)) expect(made.checkHost(name), name).toBe(name);
    for (const address of names.slice(3)) expect(made.checkIP(address), address).toBe(address);
    expect(made.checkHost("clickhouse-02")).toBeUndefined();
    expect(made.ca).toBe(false);
    expect(Date.parse(made.validTo)).toBe(issued.notAfterMs);
    expect(Date.parse(made.validFrom)).toBe(issued.notBeforeMs);
    expect(issued.notAfterMs).toBe(Date.parse("2026-03-01T12:00:00Z") + 90 * DAY_MS);
    expect(issued.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });

  it("ends with its authority's at the latest", async () => {
    const short = await issueAuthority({ name: "short", lifetimeDays: 5 }, NOW);
    const issued = await issueServerCertificate({ name: "a", names: ["a"], lifetimeDays: 90 }, short, NOW);
    expect(issued.notAfterMs).toBe(short.notAfterMs);
  });

  it("is taken by who trusts its authority and asks for one of its names, and by nobody else", async () => {
    const shown = await issueFor("clickhouse-01");
    const stranger = await issueAuthority({ name: "Tickhouse test", lifetimeDays: 10 }, Date.now());
    expect(await meet(shown, authority.certificate, "clickhouse-01")).toBe("TLSv1.3");
    expect(await meet(shown, authority.certificate, "clickhouse-02")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await meet(shown, stranger.certificate, "clickhouse-01")).toMatch(/CERT|VERIFY|SIGNATURE/);
  });
});

describe("isRenewalDue", () => {
  it.each([
    [59.9, false],
    [60.1, true],
    [95, true],
  ])("after %d of 90 days: %s", (days, due) => {
    expect(isRenewalDue({ notBeforeMs: 0, notAfterMs: 90 * DAY_MS }, days * DAY_MS)).toBe(due);
  });
});
