import { generateKeyPair, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { promisify } from "node:util";
import forge from "node-forge";

/** A certificate with its private key, both PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  /** PKCS #8, without a passphrase. */
  readonly privateKey: string;
}

/** When a certificate holds, in milliseconds since 1970. */
export interface Validity {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export type Issued = KeyedCertificate & Validity;

const DAY_MS = 86_400_000;
/** Clocks differ: a certificate holds a little earlier than it is made. */
const CLOCK_SKEW_MS = 300_000;
const KEY_BITS = 2_048;

const generate = promisify(generateKeyPair);

/**
 * Makes the certificate of an authority, which may issue servers' certificates and no further authorities.
 * @param privateKey of an earlier certificate of it: what that one issued is then good under this one too
 */
export async function issueAuthority(
  { name, lifetimeDays, privateKey }: { name: string; lifetimeDays: number; privateKey?: string },
  nowMs: number,
): Promise<Issued> {
  const key = privateKey ?? (await createPrivateKey());
  const subject = subjectOf(name);
  return issue({
    subject,
    issuer: subject,
    key,
    signer: key,
    validity: validityOf(lifetimeDays, nowMs),
    extensions: [
      { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
      { name: "subjectKeyIdentifier" },
    ],
  });
}

/**
 * Makes the certificate of a server, with a new key. It ends with its authority's at the latest.
 * @param names DNS names and IP addresses by which clients know the server
 */
export async function issueServerCertificate(
  { name, names, lifetimeDays }: { name: string; names: readonly string[]; lifetimeDays: number },
  authority: KeyedCertificate,
  nowMs: number,
): Promise<Issued> {
  const issuer = forge.pki.certificateFromPem(authority.certificate);
  const validity = validityOf(lifetimeDays, nowMs);
  return issue({
    subject: subjectOf(name),
    issuer: issuer.subject.attributes,
    key: await createPrivateKey(),
    signer: authority.privateKey,
    validity: { ...validity, notAfterMs: Math.min(validity.notAfterMs, issuer.validity.notAfter.getTime()) },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
      // A node is its peers' client, too.
      { name: "extKeyUsage", serverAuth: true, clientAuth: true },
      { name: "subjectAltName", altNames: names.map(altName) },
      { name: "subjectKeyIdentifier" },
      {
        name: "authorityKeyIdentifier",
        keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes(),
      },
    ],
  });
}

/** Whether less than a third of a certificate's life is left. Pure. */
export const isRenewalDue = ({ notBeforeMs, notAfterMs }: Validity, nowMs: number): boolean =>
  nowMs > notAfterMs - (notAfterMs - notBeforeMs) / 3;

interface IssueArgs {
  readonly subject: forge.pki.CertificateField[];
  readonly issuer: forge.pki.CertificateField[];
  readonly key: string;
  /** Private key of the issuer. */
  readonly signer: string;
  readonly validity: Validity;
  readonly extensions: object[];
}

function issue({ subject, issuer, key, signer, validity, extensions }: IssueArgs): Issued {
  const made = forge.pki.createCertificate();
  const { n, e } = forge.pki.privateKeyFromPem(key);
  made.publicKey = forge.pki.setRsaPublicKey(n, e);
  made.serialNumber = createSerial();
  made.validity.notBefore = new Date(validity.notBeforeMs);
  made.validity.notAfter = new Date(validity.notAfterMs);
  made.setSubject(subject);
  made.setIssuer(issuer);
  made.setExtensions(extensions);
  made.sign(forge.pki.privateKeyFromPem(signer), forge.md.sha256.create());
  return {
    certificate: forge.pki.certificateToPem(made).replaceAll("\r\n", "\n"),
    privateKey: key,
    ...validity,
  };
}

/** Certificates count whole seconds. */
const validityOf = (lifetimeDays: number, nowMs: number): Validity => {
  const now = Math.floor(nowMs / 1_000) * 1_000;
  return { notBeforeMs: now - CLOCK_SKEW_MS, notAfterMs: now + lifetimeDays * DAY_MS };
};

const subjectOf = (name: string): forge.pki.CertificateField[] => [
  { name: "organizationName", value: "Tickhouse" },
  { name: "commonName", value: name },
];

/** As `subjectAltName` has it: type 2 for a DNS name, 7 for an IP address. */
const altName = (name: string) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name });

/** 16 random bytes, positive. */
function createSerial(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes.toString("hex");
}

async function createPrivateKey(): Promise<string> {
  const { privateKey } = await generate("rsa", {
    modulusLength: KEY_BITS,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return privateKey;
}
