import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Where a system gives no port to who connects out (Linux: from 32768 on), and Kubernetes none to a node (from 30000 on):
 * what is free here stays free until a stack that takes seconds to start listens on it.
 */
const FROM = 10_000;
const TO = 30_000;
const ATTEMPTS = 1_000;

/** Ports of 127.0.0.1 that are free now, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let attempt = 0; ports.size < count; attempt += 1) {
    if (attempt === ATTEMPTS)
      throw new Error(`no ${count} free ports from ${FROM} to ${TO} in ${ATTEMPTS} tries`);
    const port = randomInt(FROM, TO);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" || error.code === "EACCES" ? resolve(false) : reject(error),
    );
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
