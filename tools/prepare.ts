import { execa, type Options } from "execa";
import { type Backend, ensureBackend } from "./backend.ts";
import { ensureKafkaJars } from "./kafkaJars.ts";
import { ROOT } from "./paths.ts";
import { requirePrograms } from "./prerequisites.ts";
import { ensurePulumi } from "./pulumiCli.ts";
import { say } from "./report.ts";

export interface Prepared {
  readonly backend: Backend;
}

/**
 * Everything that a stack needs of this machine; seconds when nothing is missing.
 * @param target where the stack runs: only `local` needs Java and Kafka's jars
 */
export async function prepare(target: string): Promise<Prepared> {
  const local = target === "local";
  if (local) await requirePrograms(["java"]);
  const [cli] = await Promise.all([ensurePulumi(), ...(local ? [ensureKafkaJars()] : [])]);
  say(`Pulumi ${cli.why}`);
  return { backend: ensureBackend(cli) };
}

/** The backend alone, for commands that only read the state. */
export async function prepareState(): Promise<Prepared> {
  return { backend: ensureBackend(await ensurePulumi()) };
}

/** Runs pulumi in the checkout. */
export const pulumi = ({ backend }: Prepared, args: readonly string[], options: Options = {}) =>
  execa("pulumi", [...args], { cwd: ROOT, env: backend.env, ...options });
