import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type Checkout, processesOf } from "../checkout.ts";
import { secretsOf } from "../owner.ts";
import { whatAnswers } from "./attempts.ts";
import { listeningPorts } from "./listening.ts";
import { findings } from "./publicPorts.ts";
import { countFilesWith, exposedFiles, exposedProcesses, secretsInText } from "./secretSearch.ts";

/**
 * Tries every port that a stack on this machine listens on, without credentials and with wrong ones. An embedded engine
 * ends itself over a login that fails at its native port (ARCHITECTURE.md), so the stack is brought up again behind it.
 */
export async function expectClosedPorts(checkout: Checkout): Promise<void> {
  const folder = stackFolder(checkout);
  const found: string[] = [];
  // All are looked up before the first is tried.
  const listening = readdirSync(folder).flatMap((name) =>
    listeningPorts([pidOf(checkout, name)]).map((each) => ({ name, ...each })),
  );
  // Kafka and its controller, two nodes with two ports each, the API.
  expect(listening.length).toBeGreaterThanOrEqual(7);
  for (const { name, port, loopback } of listening) {
    expect(loopback, `${name} listens at ${port} on loopback`).toBe(true);
    for (const answer of findings(name, await whatAnswers("127.0.0.1", port)))
      found.push(`${name} at ${port}: ${answer}`);
  }
  const up = await checkout.npm("up");
  expect(up.exitCode, up.all).toBe(0);
  expect(found, "what answered somebody without credentials").toEqual([]);
}

/** Searches state, files, logs and processes of a stack on this machine for every generated secret. */
export async function expectHiddenSecrets(checkout: Checkout): Promise<void> {
  const secrets = await secretsOf(checkout);
  expect(Object.keys(secrets).length).toBeGreaterThanOrEqual(12);
  const exported = await checkout.withEnv("pulumi", "stack", "export", "--stack", checkout.stack);
  expect(secretsInText(exported.stdout, secrets), "in the exported state").toEqual([]);
  const folders = [join(checkout.path, ".tickhouse"), join(checkout.path, ".pulumi-state")];
  expect(countFilesWith(folders, secrets), "files with secrets of their own").toBeGreaterThan(0);
  expect(exposedFiles(folders, secrets), "in files").toEqual([]);
  const pids = processesOf(checkout.path).map((line) => Number.parseInt(line, 10));
  expect(exposedProcesses(pids, secrets), "in processes").toEqual([]);
}

const stackFolder = (checkout: Checkout): string => join(checkout.path, ".tickhouse", checkout.stack);

const pidOf = (checkout: Checkout, name: string): number => {
  const file = join(".tickhouse", checkout.stack, name, "pid.json");
  return (JSON.parse(checkout.read(file)) as { pid: number }).pid;
};
