import { pollUntil } from "../../../infra/poll.ts";
import { isAlive, type ProcessIdentity } from "../../../infra/targets/local/process/identity.ts";
import { type Prepared, pulumi } from "../../prepare.ts";
import type { Servers } from "./servers.ts";

/** A process as the stack's state knows it. */
interface KnownProcess {
  readonly name: string;
  readonly urn: string;
  readonly identity: ProcessIdentity;
}

const DEATH_DEADLINE_MS = 10_000;

/** Processes in an exported state, by their names. Pure. */
export function processesIn(exported: string): Map<string, KnownProcess> {
  const { deployment } = JSON.parse(exported) as {
    deployment: { resources: { type: string; urn: string; outputs?: Record<string, unknown> }[] };
  };
  const processes = deployment.resources
    .filter(({ type }) => type.endsWith("local:Process"))
    .map(({ urn, outputs }): KnownProcess => {
      const identity = { pid: Number(outputs?.["pid"]), startedAt: String(outputs?.["startedAt"]) };
      return { name: urn.split("::").at(-1) ?? urn, urn, identity };
    });
  return new Map(processes.map((process) => [process.name, process]));
}

/** Servers that are processes of this machine: signals hurt them, and `pulumi up` of the one that died brings it back. */
export async function localServers(prepared: Prepared, stack: string): Promise<Servers> {
  const look = async () =>
    processesIn(String((await pulumi(prepared, ["stack", "export", "--stack", stack])).stdout));
  let known = await look();
  // One update at a time: the state has a lock.
  let updates: Promise<void> = Promise.resolve();

  const find = (name: string): KnownProcess => {
    const process = known.get(name);
    if (process === undefined) throw new Error(`stack ${stack} has no process ${name}`);
    return process;
  };
  /** To this process and to no other that has its number by now. */
  const signal = (name: string, kind: NodeJS.Signals): void => {
    const { identity } = find(name);
    if (!isAlive(identity)) throw new Error(`${name} (pid ${identity.pid}) does not run any more`);
    process.kill(identity.pid, kind);
  };
  const bringBack = async (name: string): Promise<void> => {
    const { urn, identity } = find(name);
    if (isAlive(identity)) return;
    const options = ["--yes", "--refresh", "--skip-preview", "--non-interactive", "--suppress-outputs"];
    await pulumi(prepared, ["up", "--target", urn, ...options, "--stack", stack], { detached: true });
    known = await look();
    if (!isAlive(find(name).identity)) throw new Error(`${name} runs no more after pulumi up`);
  };

  return {
    canPause: true,
    names: {
      clickhouse: [...known.keys()].filter((name) => name.startsWith("clickhouse-")).sort(),
      kafka: [...known.keys()].filter((name) => name === "kafka"),
      keeper: [],
    },
    async kill(name) {
      signal(name, "SIGKILL");
      const { identity } = find(name);
      const dead = await pollUntil(DEATH_DEADLINE_MS, () => (isAlive(identity) ? undefined : true));
      if (dead === undefined)
        throw new Error(`${name} (pid ${identity.pid}) lives ${DEATH_DEADLINE_MS / 1000} s after SIGKILL`);
    },
    revive(name) {
      const done = updates.then(() => bringBack(name));
      updates = done.catch(() => undefined);
      return done;
    },
    fallen: async () =>
      [...known.values()].filter(({ identity }) => !isAlive(identity)).map(({ name }) => name),
    pause: async (name) => signal(name, "SIGSTOP"),
    async resume(name) {
      if (isAlive(find(name).identity)) signal(name, "SIGCONT");
    },
  };
}
