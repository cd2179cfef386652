import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { InfraError } from "../errors.ts";
import type { KeyedCertificate } from "./certificates.ts";

/** The file with the authorities that given certificates end in. */
const AUTHORITIES = "ca.crt";

/** Certificates that somebody else has issued, as they lie in `tickhouse:tlsFolder`. */
export interface GivenCertificates {
  /** PEM; empty where none is given. */
  readonly authorities: string;
  /**
   * A server's certificate and key; undefined where the folder has none of it.
   * @param names by which clients know the server; the certificate has to hold all of them
   * @throws InfraError CONFIG_INVALID with what is wrong with which file
   */
  certificateOf(server: string, names: readonly string[]): KeyedCertificate | undefined;
}

/**
 * Reads the folder of given certificates.
 * @param servers all that may have a certificate there
 * @throws InfraError CONFIG_INVALID
 */
export function readGivenCertificates(
  folder: string,
  servers: readonly string[],
  nowMs: number,
): GivenCertificates {
  const files = list(folder);
  const expected = new Set([AUTHORITIES, ...servers.flatMap((name) => [`${name}.crt`, `${name}.key`])]);
  const stray = files.filter((file) => /\.(crt|key)$/.test(file) && !expected.has(file));
  if (stray.length > 0)
    fail(`has ${stray.join(", ")}, of no server of the stack; accepted: ${[...expected].join(", ")}`);
  const authorities = files.includes(AUTHORITIES) ? readPem(folder, AUTHORITIES) : "";
  const roots = parseChain(authorities, AUTHORITIES);
  return {
    authorities,
    certificateOf(server, names) {
      const [crt, key] = [`${server}.crt`, `${server}.key`];
      const there = [crt, key].filter((file) => files.includes(file));
      if (there.length === 0) return undefined;
      if (there.length === 1) fail(`has ${there[0]} alone; accepted: ${crt} and ${key}`);
      const certificate = readPem(folder, crt);
      const privateKey = readPem(folder, key);
      const problems = givenProblems(
        { chain: parseChain(certificate, crt), key: parseKey(privateKey, key), roots, names },
        nowMs,
      );
      if (problems.length > 0) fail(problems.map((problem) => `${crt} ${problem}`).join("; "));
      return { certificate, privateKey };
    },
  };
}

interface Given {
  /** The server's own first, each issued by the next. */
  readonly chain: readonly X509Certificate[];
  readonly key: KeyObject;
  readonly roots: readonly X509Certificate[];
  readonly names: readonly string[];
}

/** What keeps a given certificate from being served. Pure. */
function givenProblems({ chain, key, roots, names }: Given, nowMs: number): string[] {
  const [leaf] = chain;
  if (leaf === undefined) return ["holds no certificate; accepted: PEM, the server's own first"];
  const missing = names.filter((name) => !holds(leaf, name));
  return [
    ...(leaf.checkPrivateKey(key) ? [] : ["does not belong to the private key beside it"]),
    ...(leaf.ca ? ["is an authority's; accepted: a server's first, then those that issued it"] : []),
    ...dateProblems(chain, nowMs),
    ...chainProblems(chain, roots),
    ...(missing.length === 0
      ? []
      : [`does not hold ${missing.join(", ")}; accepted: a subjectAltName with ${names.join(", ")}`]),
  ];
}

const holds = (leaf: X509Certificate, name: string): boolean =>
  (isIP(name) === 0 ? leaf.checkHost(name, { subject: "never" }) : leaf.checkIP(name)) !== undefined;

const dateProblems = (chain: readonly X509Certificate[], nowMs: number): string[] =>
  chain.flatMap(({ subject, validFrom, validTo }) => [
    ...(Date.parse(validTo) < nowMs ? [`has expired: ${nameOf(subject)} held until ${validTo}`] : []),
    ...(Date.parse(validFrom) > nowMs ? [`does not hold yet: ${nameOf(subject)} begins ${validFrom}`] : []),
  ]);

function chainProblems(chain: readonly X509Certificate[], roots: readonly X509Certificate[]): string[] {
  const broken = chain.findIndex((each, at) => {
    const next = chain[at + 1];
    return next !== undefined && !isIssuedBy(each, next);
  });
  if (broken >= 0)
    return [`breaks after ${nameOf(chain[broken]?.subject)}: the next certificate did not issue it`];
  const last = chain.at(-1);
  const ends = roots.some(
    (root) => last !== undefined && (root.fingerprint256 === last.fingerprint256 || isIssuedBy(last, root)),
  );
  return ends ? [] : [`ends in ${nameOf(last?.issuer)}, which is not in ${AUTHORITIES}`];
}

const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

/** `C=DE\nCN=Acme` in one line. */
const nameOf = (subject: string | undefined): string => (subject ?? "").replaceAll("\n", ", ");

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function parseChain(pem: string, file: string): X509Certificate[] {
  try {
    return [...pem.matchAll(CERTIFICATE)].map(([text]) => new X509Certificate(text));
  } catch (cause) {
    return fail(`${file} holds a certificate that can't be read: ${(cause as Error).message}`, cause);
  }
}

function parseKey(pem: string, file: string): KeyObject {
  if (!pem.includes("-----BEGIN PRIVATE KEY-----"))
    fail(
      `${file} is no PKCS #8 key in clear, which every server reads; accepted: openssl pkcs8 -topk8 -nocrypt -in OLD -out ${file}`,
    );
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    return fail(`${file} holds no private key: ${(cause as Error).message}`, cause);
  }
}

const readPem = (folder: string, file: string): string => {
  try {
    return readFileSync(join(folder, file), "utf8");
  } catch (cause) {
    return fail(`${file} can't be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
};

const list = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch (cause) {
    return fail(`is ${folder}, which can't be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
};

function fail(problem: string, cause?: unknown): never {
  throw new InfraError("CONFIG_INVALID", `tickhouse:tlsFolder ${problem}`, { cause });
}
