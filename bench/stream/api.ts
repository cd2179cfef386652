import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { pollUntil } from "../../infra/poll.ts";
import { ROOT } from "../../infra/targets/local/layout.ts";
import { freePorts } from "../../tests/support/freePort.ts";
import type { BenchCluster } from "../cluster.ts";
import { stoppedAtTheEnd } from "../stopping.ts";

/** The API as a process of its own. */
export interface BenchApi {
  readonly url: string;
  /** What Prometheus would read. */
  metrics(): Promise<string>;
  /** Memory that it has, MB. */
  memoryMb(): number;
  stop(): Promise<void>;
}

const START_MS = 30_000;

export async function startApiProcess(
  { cluster }: BenchCluster,
  env: Readonly<Record<string, string>>,
): Promise<BenchApi> {
  const [port = 0, metricsPort = 0] = await freePorts(2);
  const child = execa("node", ["--import", "tsx", join(ROOT, "services", "api", "src", "main.ts")], {
    cwd: ROOT,
    env: {
      API_PORT: String(port),
      METRICS_PORT: String(metricsPort),
      CLICKHOUSE_URLS: cluster.connections.map(({ url }) => url).join(","),
      CLICKHOUSE_USER: cluster.api.username,
      CLICKHOUSE_PASSWORD: cluster.api.password,
      CLICKHOUSE_DATABASE: "tickhouse",
      LOG_LEVEL: "warn",
      RATE_LIMIT_PER_MINUTE: "0",
      ...env,
    },
    stdio: ["ignore", "ignore", "inherit"],
    reject: false,
  });
  const stop = stoppedAtTheEnd(async () => {
    child.kill("SIGTERM");
    await child;
  });
  const url = `http://127.0.0.1:${port}`;
  const ready = await pollUntil(START_MS, async () =>
    (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok ? true : undefined,
  );
  if (ready === undefined) {
    await stop();
    throw new Error(`the API was not ready at ${url} after ${START_MS / 1000} s`);
  }
  return {
    url,
    metrics: async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
    memoryMb: () =>
      Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
    stop,
  };
}
