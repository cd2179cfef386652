import { expect } from "vitest";
import type { Checkout } from "../checkout.ts";
import { docker } from "../docker.ts";
import { secretsOf } from "../owner.ts";
import { whatAnswers } from "./attempts.ts";
import { listeningPorts } from "./listening.ts";
import { findings } from "./publicPorts.ts";
import {
  countFilesWith,
  exposedFiles,
  exposedProcesses,
  type Secrets,
  secretsInText,
} from "./secretSearch.ts";

/** A running container of a stack. */
interface Container {
  readonly id: string;
  /** `clickhouse-01` */
  readonly name: string;
  readonly address: string;
  readonly pids: readonly number[];
  /** All that the daemon tells of it. */
  readonly inspected: string;
}

async function containersOf(checkout: Checkout): Promise<Container[]> {
  const filter = `label=com.tickhouse.stack=${checkout.stack}`;
  const ids = (await docker("ps", "-q", "--no-trunc", "--filter", filter)).split("\n").filter(Boolean);
  return Promise.all(
    ids.map(async (id) => {
      const inspected = await docker("inspect", id);
      const [{ Config, NetworkSettings }] = JSON.parse(inspected) as [
        {
          Config: { Hostname: string };
          NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
        },
      ];
      const listed = await docker("top", id, "-eo", "pid");
      const pids = listed.split("\n").slice(1).map(Number);
      const [network] = Object.values(NetworkSettings.Networks);
      return { id, name: Config.Hostname, address: network?.IPAddress ?? "", pids, inspected };
    }),
  );
}

/**
 * Tries every port that a container listens on, as its neighbours reach it, without credentials and with wrong ones. The
 * ports of the host lead to some of these.
 */
export async function expectClosedPorts(checkout: Checkout): Promise<void> {
  const found: string[] = [];
  const seen: string[] = [];
  // All are looked up before the first is tried: one that falls over comes back with another process.
  const listening = (await containersOf(checkout)).flatMap(({ name, address, pids }) =>
    listeningPorts(pids).map((each) => ({ name, address, ...each })),
  );
  for (const { name, address, port, loopback } of listening) {
    if (loopback) continue;
    seen.push(name);
    for (const answer of findings(name, await whatAnswers(address, port)))
      found.push(`${name} at ${port}: ${answer}`);
  }
  // Three of Kafka, two of each node, one of the API and of Keeper, and what else there is.
  expect(seen.length).toBeGreaterThanOrEqual(9);
  const up = await checkout.npm("up");
  expect(up.exitCode, up.all).toBe(0);
  expect(found, "what answered somebody without credentials").toEqual([]);
}

/** Folders in which an image or a server keeps what it was told. */
const FOLDERS = ["etc", "tmp", "run", "var", "home", "root", "opt/kafka/config", "opt/kafka/logs"];

/** Searches state, files, logs and processes of a stack in containers for every generated secret. */
export async function expectHiddenSecrets(checkout: Checkout): Promise<void> {
  const secrets: Secrets = await secretsOf(checkout);
  expect(Object.keys(secrets).length).toBeGreaterThanOrEqual(12);
  const exported = await checkout.withEnv("pulumi", "stack", "export", "--stack", checkout.stack);
  expect(secretsInText(exported.stdout, secrets), "in the exported state").toEqual([]);
  let files = 0;
  for (const { id, name, pids, inspected } of await containersOf(checkout)) {
    expect(secretsInText(inspected, secrets), `in what docker tells of ${name}`).toEqual([]);
    expect(secretsInText(await docker("logs", id), secrets), `in the log of ${name}`).toEqual([]);
    const [pid] = pids;
    const folders = FOLDERS.map((folder) => `/proc/${pid}/root/${folder}`);
    files += countFilesWith(folders, secrets);
    expect(exposedFiles(folders, secrets), `in files of ${name}`).toEqual([]);
    expect(exposedProcesses(pids, secrets), `in processes of ${name}`).toEqual([]);
  }
  expect(files, "files with secrets of their own").toBeGreaterThan(0);
}
