import { connect } from "node:tls";
import type { ClickHouseConfig, KafkaConfig } from "../config.ts";

/** A server that the API asks over TLS. */
export interface Peer {
  /** `clickhouse host:port` or `kafka host:port` */
  readonly server: string;
  readonly host: string;
  readonly port: number;
}

/** A scrape asks the servers again when they were asked longer ago: certificates change by the week. */
const REFRESH_AFTER_MS = 10 * 60_000;
const DEADLINE_MS = 5_000;

/** The servers over TLS among those that the API knows. Pure. */
export function tlsPeers(
  { urls }: Pick<ClickHouseConfig, "urls">,
  kafka: Pick<KafkaConfig, "bootstrap" | "login"> | undefined,
): Peer[] {
  const nodes = urls.map((url) => new URL(url)).filter(({ protocol }) => protocol === "https:");
  const brokers = kafka?.login?.authorities === undefined ? [] : kafka.bootstrap.split(",");
  return [
    ...nodes.map(({ hostname, port }) => peerOf("clickhouse", hostname, Number(port || 443))),
    ...brokers.map((broker) => {
      const { hostname, port } = new URL(`tls://${broker}`);
      return peerOf("kafka", hostname, Number(port));
    }),
  ];
}

const peerOf = (kind: string, hostname: string, port: number): Peer => ({
  server: `${kind} ${hostname}:${port}`,
  host: hostname.replace(/^\[|\]$/g, ""),
  port,
});

/**
 * When the certificate that a server shows ends, in seconds since 1970. It is not verified: one that has ended is to be
 * told of, too.
 * @throws Error where it shows none within some seconds
 */
export function certificateEnd({ server, host, port }: Peer): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: nameOf(host), rejectUnauthorized: false });
    socket.setTimeout(DEADLINE_MS, () =>
      socket.destroy(new Error(`${server} showed no certificate within ${DEADLINE_MS / 1_000} s`)),
    );
    socket.once("secureConnect", () => {
      resolve(Date.parse(socket.getPeerCertificate().valid_to) / 1_000);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

/** An address is no server name (RFC 6066). */
const nameOf = (host: string): string => (/^[\d.]+$|:/.test(host) ? "" : host);

/**
 * Tells when the servers' certificates end, as known last; to be called before the metrics are told. Asks anew behind it
 * where that is old. A server that does not answer keeps what was known of it: others tell that it is down.
 */
export function createPeerScrape(
  peers: readonly Peer[],
  tell: (server: string, notAfterSeconds: number) => void,
  report: (error: unknown) => void,
  now: () => number = Date.now,
): () => Promise<unknown> {
  let askedMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (now() - askedMs < REFRESH_AFTER_MS) return;
    askedMs = now();
    await Promise.all(
      peers.map((peer) => certificateEnd(peer).then((end) => tell(peer.server, end), report)),
    );
  };
}
