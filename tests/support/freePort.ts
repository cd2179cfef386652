import { randomInt } from "node:crypto";
import { takenPorts } from "../../infra/targets/local/process/ports.ts";

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

/** As the program looks before it starts something there. */
export const isFree = async (port: number): Promise<boolean> =>
  (await takenPorts([{ host: "127.0.0.1", port, owner: "a test", setting: "" }])).length === 0;
