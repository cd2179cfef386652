import type * as pulumi from "@pulumi/pulumi";

/** Absolute paths of PEM files. A server reads a certificate and a key anew when they change. */
export interface TlsFiles {
  readonly authorities: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** Where a server finds its files of TLS, on targets that give it folders. */
export const TLS_FOLDER = "/etc/tickhouse-tls";

const AUTHORITIES = "ca.crt";
const CERTIFICATE = "tls.crt";
const PRIVATE_KEY = "tls.key";

/** Where files of TLS lie, and what they are called there. Pure. */
export const tlsFilesIn = (folder: string): TlsFiles => ({
  authorities: `${folder}/${AUTHORITIES}`,
  certificate: `${folder}/${CERTIFICATE}`,
  privateKey: `${folder}/${PRIVATE_KEY}`,
});

export const TLS_FILES = tlsFilesIn(TLS_FOLDER);

interface Contents {
  readonly authorities: pulumi.Output<string>;
  readonly identity?: {
    readonly certificate: pulumi.Output<string>;
    readonly privateKey: pulumi.Output<string>;
  };
}

/** What the files of a server hold, by their names. */
export const tlsContents = ({ authorities, identity }: Contents): Record<string, pulumi.Output<string>> => ({
  [AUTHORITIES]: authorities,
  ...(identity && { [CERTIFICATE]: identity.certificate, [PRIVATE_KEY]: identity.privateKey }),
});
