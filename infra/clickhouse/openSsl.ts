import type { TlsFiles } from "../tls/files.ts";
import type { Xml } from "./xml.ts";

/** TLS of a ClickHouse server or Keeper. */
export interface OpenSslArgs {
  readonly files: TlsFiles;
  /** Whether the server's own ports are over TLS, and shown the certificate at. */
  readonly serves: boolean;
  /** Whether every server that it connects to is called by a name of its certificate. */
  readonly verifiesNames: boolean;
}

const OLD_PROTOCOLS = "sslv2,sslv3,tlsv1,tlsv1_1";

/**
 * Renders `openSSL`. As a client a server trusts the stack's authorities alone, not those of its image: with theirs, and
 * where names are not verified, anybody's certificate would do. A session of Keeper's client is opened by address, so a
 * name can't be verified there; what is verified is that the certificate was issued by the stack's authority. Pure.
 */
export const openSsl = ({ files, serves, verifiesNames }: OpenSslArgs): Xml => ({
  ...(serves && {
    server: {
      certificateFile: files.certificate,
      privateKeyFile: files.privateKey,
      caConfig: files.authorities,
      // Clients log in with a password; they show no certificate.
      verificationMode: "none",
      loadDefaultCAFile: "false",
      cacheSessions: "true",
      disableProtocols: OLD_PROTOCOLS,
      preferServerCiphers: "true",
    },
  }),
  client: {
    caConfig: files.authorities,
    loadDefaultCAFile: "false",
    verificationMode: "strict",
    extendedVerification: String(verifiesNames),
    cacheSessions: "true",
    disableProtocols: OLD_PROTOCOLS,
    preferServerCiphers: "true",
    invalidCertificateHandler: { name: "RejectCertificateHandler" },
  },
});

/** Takes an element out of the image's own configuration. */
export const REMOVED: Xml = { "@remove": "1" };
