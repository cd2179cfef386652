import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";

/** A node that does not even accept a connection in this time counts as unreachable. */
export const CONNECT_TIMEOUT_MS = 2_000;

const MAX_SOCKETS = 32;

type Connect = (options: unknown, callback?: unknown) => Socket | undefined;

/**
 * A keep-alive agent that gives up connecting early. The client's own timeout covers the whole query, so a host
 * that swallows packets would hold a request for all of that time before another node is asked.
 */
export function createAgent(url: string, connectTimeoutMs = CONNECT_TIMEOUT_MS): HttpAgent {
  const agent = url.startsWith("https:")
    ? new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS })
    : new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  // `createConnection` is documented, and missing from these types.
  const open = agent as unknown as { createConnection: Connect };
  const connect = open.createConnection.bind(agent);
  open.createConnection = (options, callback) => {
    const socket = connect(options, callback);
    if (socket?.connecting === true) {
      const timer = setTimeout(() => {
        socket.destroy(
          Object.assign(new Error(`no connection to ${url} in ${connectTimeoutMs} ms`), {
            code: "ETIMEDOUT",
          }),
        );
      }, connectTimeoutMs);
      socket.once("connect", () => clearTimeout(timer));
      socket.once("close", () => clearTimeout(timer));
    }
    return socket;
  };
  return agent;
}
