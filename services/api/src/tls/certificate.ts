import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

/** Paths of PEM files: the server's certificate, with those of its issuers behind it, and its private key. */
export interface CertificateFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** When it ends, in seconds since 1970. */
  readonly notAfterSeconds: number;
}

/** A certificate can't be served; the message names the variable, the file and what is accepted. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/**
 * Reads a certificate and its key.
 * @throws CertificateError where one can't be read, or they don't belong together
 */
export function readCertificate({ certificateFile, keyFile }: CertificateFiles): Certificate {
  const cert = read("API_TLS_CERTIFICATE_FILE", certificateFile);
  const key = read("API_TLS_KEY_FILE", keyFile);
  const parsed = parse("API_TLS_CERTIFICATE_FILE", certificateFile, () => new X509Certificate(cert));
  const privateKey = parse("API_TLS_KEY_FILE", keyFile, () => createPrivateKey(key));
  if (!parsed.checkPrivateKey(privateKey))
    throw new CertificateError(
      `API_TLS_KEY_FILE = ${keyFile}: is not the key of the certificate in ${certificateFile}; accepted: its private key`,
    );
  return { cert, key, notAfterSeconds: Date.parse(parsed.validTo) / 1_000 };
}

function read(variable: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CertificateError(`${variable} = ${file}: can't be read (${code}); accepted: a PEM file`, {
      cause,
    });
  }
}

function parse<T>(variable: string, file: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new CertificateError(`${variable} = ${file}: ${(cause as Error).message}; accepted: PEM`, {
      cause,
    });
  }
}
