import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Issued, issueAuthority, issueServerCertificate } from "../../infra/tls/certificates.ts";
import { certificateEnd, createPeerScrape, type Peer, tlsPeers } from "../../services/api/src/tls/peers.ts";

// A real server whose certificate has ended: nobody else would connect to it any more.
const DAY_MS = 86_400_000;
let ended: Issued;
let server: Server;
let peer: Peer;

beforeAll(async () => {
  const then = Date.now() - 20 * DAY_MS;
  const authority = await issueAuthority({ name: "Tickhouse test", lifetimeDays: 100 }, then);
  const certificate = { name: "kafka", names: ["localhost", "127.0.0.1"], lifetimeDays: 10 };
  ended = await issueServerCertificate(certificate, authority, then);
  server = createServer({ cert: ended.certificate, key: ended.privateKey });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  peer = { server: `kafka 127.0.0.1:${port}`, host: "127.0.0.1", port };
});
afterAll(() => server?.close());

describe("certificates of the servers that the API asks", () => {
  it("are those of ClickHouse over https, and of brokers that are verified", () => {
    const urls = ["https://clickhouse-01:8443", "http://clickhouse-02:8123", "https://[::1]"];
    const kafka = {
      topic: "ticks",
      group: "g",
      bootstrap: "kafka-1:9093,[::1]:9094",
      login: { username: "api", password: "p", authorities: "PEM" },
    };
    expect(tlsPeers({ urls }, kafka)).toEqual([
      { server: "clickhouse clickhouse-01:8443", host: "clickhouse-01", port: 8443 },
      { server: "clickhouse [::1]:443", host: "::1", port: 443 },
      { server: "kafka kafka-1:9093", host: "kafka-1", port: 9093 },
      { server: "kafka [::1]:9094", host: "::1", port: 9094 },
    ]);
    expect(tlsPeers({ urls: [] }, { bootstrap: "kafka:9092" })).toEqual([]);
    expect(tlsPeers({ urls: [] }, undefined)).toEqual([]);
  });

  it("are told even where they have ended", async () => {
    expect(await certificateEnd(peer)).toBe(ended.notAfterMs / 1_000);
  });

  it("are asked for again after ten minutes, and a server that is down keeps what was known of it", async () => {
    const told: [string, number][] = [];
    const problems: unknown[] = [];
    const down = { server: "kafka 127.0.0.1:1", host: "127.0.0.1", port: 1 };
    let nowMs = 0;
    const scrape = createPeerScrape(
      [peer, down],
      (...each) => told.push(each),
      (error) => problems.push(error),
      () => nowMs,
    );
    await scrape();
    nowMs = 9 * 60_000;
    await scrape();
    expect(told).toEqual([[peer.server, ended.notAfterMs / 1_000]]);
    nowMs = 10 * 60_000;
    await scrape();
    expect([told.length, problems.length]).toEqual([2, 2]);
    expect(problems[0]).toMatchObject({ code: "ECONNREFUSED" });
  });
});
