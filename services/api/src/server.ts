import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { Certificate } from "./tls/certificate.ts";
import { TLS_OPTIONS } from "./tls/renewal.ts";

export type Server = HttpServer | TlsServer;

/**
 * How long an idle connection stays open. Longer than clients and proxies keep theirs (60 s mostly), so that these close
 * first: one that the server closes while a request is on its way fails that request.
 */
const KEEP_ALIVE_MS = 75_000;

/** The port is taken; the message says which, and which setting changes it. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
  constructor(host: string, port: number, cause: unknown) {
    super(`port ${port} on ${host} is in use: stop what listens there, or set API_PORT to a free port`, {
      cause,
    });
  }
}

/**
 * Starts to listen; 0 takes any free port.
 * @throws PortInUseError, or the system's error
 */
export const listen = (handler: RequestListener, host: string, port: number): Promise<HttpServer> =>
  started(createServer(handler), host, port);

/** The same over TLS 1.2 and newer, and over nothing else. */
export const listenSecurely = (
  handler: RequestListener,
  host: string,
  port: number,
  { cert, key }: Pick<Certificate, "cert" | "key">,
): Promise<TlsServer> => started(createTlsServer({ cert, key, ...TLS_OPTIONS }, handler), host, port);

function started<S extends Server>(server: S, host: string, port: number): Promise<S> {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // A connection whose last answer ends after close() would stay open until its keep-alive time is over.
  const closeIdle = (_request: IncomingMessage, response: ServerResponse) => {
    response.once("close", () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
  };
  server.on("request", closeIdle);
  return new Promise((resolve, reject) => {
    server.once("error", (error: Error) => {
      reject("code" in error && error.code === "EADDRINUSE" ? new PortInUseError(host, port, error) : error);
    });
    server.listen(port, host, () => resolve(server));
  });
}

/**
 * Takes no new connection, lets running requests finish, and cuts those that are left at the deadline.
 * @returns whether all of them finished
 */
export async function drain(server: Server, deadlineMs: number): Promise<boolean> {
  let finished = true;
  const timer = setTimeout(() => {
    finished = false;
    server.closeAllConnections();
  }, deadlineMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(timer);
  return finished;
}
