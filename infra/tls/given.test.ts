import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Issued, issueAuthority, issueServerCertificate } from "./certificates.ts";
import { readGivenCertificates } from "./given.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const DAY_MS = 86_400_000;
const SERVERS = ["clickhouse-01", "api"];
const NAMES = ["api", "192.0.2.7"];

let folder: string;
let authority: Issued;
let other: Issued;
let api: Issued;

beforeAll(async () => {
  authority = await issueAuthority({ name: "Acme", lifetimeDays: 3_650 }, NOW);
  other = await issueAuthority({ name: "Other", lifetimeDays: 3_650 }, NOW);
  api = await issueServerCertificate({ name: "api", names: NAMES, lifetimeDays: 90 }, authority, NOW);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "given-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const put = (files: Record<string, string>): void => {
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
};
const putApi = (changes: Record<string, string> = {}) =>
  put({ "ca.crt": authority.certificate, "api.crt": api.certificate, "api.key": api.privateKey, ...changes });
const read = (nowMs = NOW) => readGivenCertificates(folder, SERVERS, nowMs).certificateOf("api", NAMES);

describe("readGivenCertificates", () => {
  it("gives a server what lies there for it, and nothing to one without", () => {
    putApi();
    const given = readGivenCertificates(folder, SERVERS, NOW);
    expect(given.authorities).toBe(authority.certificate);
    expect(given.certificateOf("api", NAMES)).toEqual({
      certificate: api.certificate,
      privateKey: api.privateKey,
    });
    expect(given.certificateOf("clickhouse-01", ["clickhouse-01"])).toBeUndefined();
  });

  it("takes a chain in its order", () => {
    putApi({ "api.crt": `${api.certificate}${authority.certificate}` });
    expect(read()).toBeDefined();
  });

  it.each<[string, () => Record<string, string>, RegExp, number?]>([
    [
      "of another key",
      () => ({ "api.key": other.privateKey }),
      /api\.crt does not belong to the private key/,
    ],
    [
      "from strangers",
      () => ({ "ca.crt": other.certificate }),
      /ends in O=Tickhouse, CN=Acme, which is not in ca\.crt/,
    ],
    [
      "in a broken chain",
      () => ({ "api.crt": `${api.certificate}${other.certificate}`, "ca.crt": other.certificate }),
      /breaks after O=Tickhouse, CN=api/,
    ],
    ["that has expired", () => ({}), /has expired: O=Tickhouse, CN=api held until May 30/, NOW + 91 * DAY_MS],
    ["that does not hold yet", () => ({}), /does not hold yet/, NOW - DAY_MS],
    [
      "of an authority",
      () => ({ "api.crt": authority.certificate, "api.key": authority.privateKey }),
      /is an authority's.*does not hold api, 192\.0\.2\.7; accepted: a subjectAltName with api, 192\.0\.2\.7/,
    ],
    ["that is none", () => ({ "api.crt": "hello" }), /holds no certificate/],
    [
      "with a key of another form",
      () => ({
        "api.key": generateKeyPairSync("rsa", { modulusLength: 2048 })
          .privateKey.export({ type: "pkcs1", format: "pem" })
          .toString(),
      }),
      /api\.key is no PKCS #8 key in clear.*openssl pkcs8/,
    ],
  ])("refuses a certificate %s, and says what is wrong with which file", (_, changes, says, nowMs) => {
    putApi(changes());
    expect(() => read(nowMs)).toThrow(says);
    expect(() => read(nowMs)).toThrow(/^tickhouse:tlsFolder /);
  });

  it("refuses a file of no server, since a certificate would be left out without a word", () => {
    putApi({ "clickhouse-1.crt": api.certificate });
    expect(() => read()).toThrow(
      /has clickhouse-1\.crt, of no server of the stack; accepted: ca\.crt, clickhouse-01\.crt/,
    );
  });

  it("refuses a certificate without its key", () => {
    put({ "api.crt": api.certificate });
    expect(() => read()).toThrow(/has api\.crt alone; accepted: api\.crt and api\.key/);
  });

  it("says when there is no such folder", () => {
    expect(() => readGivenCertificates(join(folder, "absent"), SERVERS, NOW)).toThrow(
      /absent, which can't be read \(ENOENT\)/,
    );
  });
});
