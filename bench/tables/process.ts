import { join } from "node:path";
import { execa } from "execa";
import { pollUntil } from "../../infra/poll.ts";
import { freePorts } from "../../tests/support/freePort.ts";
import { ROOT } from "../../tools/paths.ts";
import type { BenchCluster } from "../cluster.ts";
import { stoppedAtTheEnd } from "../stopping.ts";

const READY_TIMEOUT_MS = 60_000;

/** A service in a process of its own, which tells its CPU time and memory in its metrics. */
export interface Measured {
  readonly url: string;
  /** User and system time so far, seconds. */
  cpuSeconds(): Promise<number>;
  residentBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a program that takes the API's environment; the path is from the repository's root. */
export async function startMeasured(program: string, { cluster }: BenchCluster): Promise<Measured> {
  const [port = 0, metricsPort = 0] = await freePorts(2);
  const url = `http://127.0.0.1:${port}`;
  const metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
  const child = execa(process.execPath, ["--import", "tsx", join(ROOT, program)], {
    env: {
      API_PORT: String(port),
      METRICS_PORT: String(metricsPort),
      CLICKHOUSE_URLS: cluster.connections.map((each) => each.url).join(","),
      CLICKHOUSE_USER: cluster.api.username,
      CLICKHOUSE_PASSWORD: cluster.api.password,
      CLICKHOUSE_DATABASE: cluster.connections[0]?.database ?? "",
      QUERY_TIMEOUT_MS: "300000",
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "ignore", "inherit"],
    reject: false,
  });
  const stop = stoppedAtTheEnd(async () => {
    child.kill("SIGTERM");
    await child;
  });
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(metricsUrl)).text();
    const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
    if (value === undefined) throw new Error(`${program} tells no ${name}`);
    return Number(value);
  };
  const up = await pollUntil(READY_TIMEOUT_MS, () =>
    fetch(`${url}/`).then(
      () => true,
      () => undefined,
    ),
  );
  if (up === undefined) {
    await stop();
    throw new Error(`${program} did not answer at ${url} in ${READY_TIMEOUT_MS} ms; what it said is above`);
  }
  return {
    url,
    cpuSeconds: () => metric("process_cpu_seconds_total"),
    residentBytes: () => metric("process_resident_memory_bytes"),
    stop,
  };
}
