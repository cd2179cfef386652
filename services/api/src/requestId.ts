import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** A caller's id is kept when it is safe to repeat in a header and a log line. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's own id of its request, or a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const sent = headers["x-request-id"];
  return typeof sent === "string" && REQUEST_ID.test(sent) ? sent : randomUUID();
}
