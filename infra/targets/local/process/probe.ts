import { get } from "node:https";
import { connect } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";

/** How a process says that it is ready: an HTTP 2xx, or a TCP port that accepts. */
export type Probe =
  | { readonly kind: "http"; readonly url: string; readonly tls?: ProbeTls }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  /** Ready as soon as it has stayed up for a moment: for a process that listens on nothing. */
  | { readonly kind: "alive"; readonly forMs: number };

/** How a probe over TLS verifies who answers. */
export interface ProbeTls {
  /** PEM. */
  readonly authorities: string;
  /** Which the certificate has to hold, whatever the address is. */
  readonly name: string;
}

const ATTEMPT_TIMEOUT_MS = 2_000;

/** One try; resolves to undefined when ready, otherwise to what stood in the way. */
export function tryProbe(probe: Probe, startedMs: number): Promise<string | undefined> {
  switch (probe.kind) {
    case "http":
      if (probe.tls !== undefined) return trySecurely(probe.url, probe.tls);
      return fetch(probe.url, { signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS) }).then(
        (response) => (response.ok ? undefined : `${probe.url} answered ${response.status}`),
        (error: Error) =>
          `${probe.url}: ${error.cause instanceof Error ? error.cause.message : error.message}`,
      );
    case "tcp":
      return new Promise((resolve) => {
        const socket = connect({ host: probe.host, port: probe.port, timeout: ATTEMPT_TIMEOUT_MS });
        const end = (problem: string | undefined) => {
          socket.destroy();
          resolve(problem);
        };
        socket.once("connect", () => end(undefined));
        socket.once("timeout", () => end(`${probe.host}:${probe.port}: no answer`));
        socket.once("error", (error) => end(error.message));
      });
    case "alive":
      return Promise.resolve(Date.now() - startedMs >= probe.forMs ? undefined : "it has only just started");
  }
}

const trySecurely = (url: string, { authorities: ca, name }: ProbeTls): Promise<string | undefined> =>
  new Promise((resolve) => {
    const options = {
      ca,
      agent: false,
      timeout: ATTEMPT_TIMEOUT_MS,
      checkServerIdentity: (_host: string, shown: PeerCertificate) => checkServerIdentity(name, shown),
    };
    const asked = get(url, options, ({ statusCode = 0 }) => {
      resolve(statusCode >= 200 && statusCode < 300 ? undefined : `${url} answered ${statusCode}`);
      asked.destroy();
    });
    asked.once("timeout", () => asked.destroy(new Error("no answer")));
    asked.once("error", (error) => resolve(`${url}: ${error.message}`));
  });

/** What a probe asks for, for messages. */
export function describeProbe(probe: Probe): string {
  switch (probe.kind) {
    case "http":
      return probe.url;
    case "tcp":
      return `a connection to ${probe.host}:${probe.port}`;
    case "alive":
      return `${probe.forMs} ms without ending`;
  }
}
