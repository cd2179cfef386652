import { type StatWatcher, watchFile } from "node:fs";
import type { Server } from "node:https";
import type { Logger } from "@tickhouse/common";
import { type Certificate, type CertificateFiles, readCertificate } from "./certificate.ts";

/** How often the files are looked at, in milliseconds: by their name, since a renewal may put others in their place. */
const INTERVAL_MS = 1_000;

export interface RenewalArgs {
  readonly server: Server;
  readonly files: CertificateFiles;
  readonly logger: Logger;
  /** Told of each certificate that is served from now on. */
  readonly onRenewed: (certificate: Certificate) => void;
  readonly intervalMs?: number;
}

/**
 * Serves another certificate as soon as its files hold one. Connections that are open stay as they are; a pair that does not
 * belong together, as while only one of the files is written, changes nothing.
 * @returns ends the watch
 */
export function renewCertificate(args: RenewalArgs): () => void {
  const { server, files, logger, onRenewed, intervalMs: interval = INTERVAL_MS } = args;
  const renew = () => {
    try {
      const certificate = readCertificate(files);
      server.setSecureContext({ ...certificate, ...TLS_OPTIONS });
      onRenewed(certificate);
      logger.info({ notAfter: new Date(certificate.notAfterSeconds * 1_000) }, "certificate renewed");
    } catch (error) {
      logger.warn({ err: error }, "the certificate was not renewed; the one before is served");
    }
  };
  // What is watched holds no process up.
  const watchers: StatWatcher[] = [files.certificateFile, files.keyFile].map((file) =>
    watchFile(file, { interval, persistent: false }, renew),
  );
  return () => {
    for (const watcher of watchers) watcher.removeListener("change", renew);
  };
}

/** What every secure context here is made with. */
export const TLS_OPTIONS = { minVersion: "TLSv1.2" } as const;
