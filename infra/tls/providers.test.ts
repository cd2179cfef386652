import { X509Certificate } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AuthorityOutputs, certificateAuthorityProvider } from "./certificateAuthorityProvider.ts";
import { serverCertificateProvider } from "./serverCertificateProvider.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const DAY_MS = 86_400_000;
const AUTHORITY = { commonName: "Tickhouse test", lifetimeDays: 3_650 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});
const after = (days: number) => vi.setSystemTime(START + days * DAY_MS);
const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256;

async function createBoth() {
  const { outs: authority } = await certificateAuthorityProvider.create(AUTHORITY);
  const inputs = { commonName: "api", names: ["api", "localhost"], lifetimeDays: 90, authority };
  const { outs: server } = await serverCertificateProvider.create(inputs);
  return { authority, inputs, server };
}

describe("serverCertificateProvider", () => {
  it("changes nothing for two thirds of a certificate's life, and renews it in its place then", async () => {
    const { inputs, server } = await createBoth();
    after(59);
    expect(await serverCertificateProvider.diff(server, inputs)).toEqual({ changes: false, replaces: [] });
    after(61);
    expect(await serverCertificateProvider.diff(server, inputs)).toEqual({ changes: true, replaces: [] });
    const renewed = await serverCertificateProvider.update("api", server, inputs);
    expect(renewed.notAfterMs - server.notAfterMs).toBe(61 * DAY_MS);
    expect(renewed.privateKey).not.toBe(server.privateKey);
    expect(await serverCertificateProvider.diff(renewed, inputs)).toMatchObject({ changes: false });
  });

  it("issues anew for another name, another life, and another authority", async () => {
    const { inputs, server } = await createBoth();
    const { outs: stranger } = await certificateAuthorityProvider.create(AUTHORITY);
    for (const change of [{ names: ["api"] }, { lifetimeDays: 30 }, { authority: stranger }])
      expect(await serverCertificateProvider.diff(server, { ...inputs, ...change })).toMatchObject({
        changes: true,
      });
  });

  it("refuses a certificate without a name", async () => {
    const { inputs } = await createBoth();
    expect(await serverCertificateProvider.check(undefined, { ...inputs, names: [] })).toHaveLength(1);
  });

  it("keeps what it made when the state is refreshed", async () => {
    const { server } = await createBoth();
    expect(await serverCertificateProvider.read("api", server)).toBe(server);
  });
});

describe("certificateAuthorityProvider", () => {
  it("outlives what it issues, and is renewed with its key, so that servers' certificates stay as they are", async () => {
    const { authority, inputs, server } = await createBoth();
    expect(authority.notAfterMs).toBeGreaterThan(server.notAfterMs);
    after(2_000);
    expect(await certificateAuthorityProvider.diff(authority, AUTHORITY)).toMatchObject({ changes: false });
    after(2_500);
    expect(await certificateAuthorityProvider.diff(authority, AUTHORITY)).toMatchObject({ changes: true });
    const renewed: AuthorityOutputs = await certificateAuthorityProvider.update("a", authority, AUTHORITY);
    expect(renewed.privateKey).toBe(authority.privateKey);
    expect(fingerprint(renewed.certificate)).not.toBe(fingerprint(authority.certificate));
    vi.setSystemTime(START);
    expect(await serverCertificateProvider.diff(server, { ...inputs, authority: renewed })).toMatchObject({
      changes: false,
    });
  });
});
