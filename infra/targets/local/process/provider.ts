import type { Provider } from "../../../dynamic/provider.ts";
import { isAlive } from "./identity.ts";
import type { ProcessSpec, ProcessState } from "./spec.ts";
import { startProcess } from "./start.ts";
import { stopProcess } from "./stop.ts";

export type ProcessOutputs = ProcessSpec & ProcessState;

/** A detached process of this machine as a resource. */
export const processProvider: Provider<ProcessSpec, ProcessOutputs> = {
  check: async () => [],
  async diff(olds, news) {
    const { pid: _, startedAt: __, running, ...before } = olds;
    const replaces = (["name", "directory"] as const).filter((key) => olds[key] !== news[key]);
    return {
      changes: !running || replaces.length > 0 || !sameSpec(before, news),
      replaces,
      deleteBeforeReplace: true,
    };
  },
  create: async (spec) => ({ id: spec.name, outs: await start(spec) }),
  async update(_id, olds, news) {
    await stopProcess(olds.name, olds, olds.stop);
    return start(news);
  },
  // A process that died is still the stack's: `running` turns false, and the next `up` starts it again in place.
  read: async (_id, props) => ({ ...props, running: isAlive(props) }),
  delete: (_id, props) => stopProcess(props.name, props, props.stop),
};

async function start(spec: ProcessSpec): Promise<ProcessOutputs> {
  return { ...spec, ...(await startProcess(spec)), running: true };
}

/** Whether a restart would change nothing. How it is stopped or waited for does not count. */
function sameSpec(before: ProcessSpec, after: ProcessSpec): boolean {
  const parts = ({ command, env, files, prepare, contentHash, ports }: ProcessSpec) =>
    canonical({ command, env, files, prepare, contentHash, ports });
  return parts(before) === parts(after);
}

/** JSON with keys in order: the engine does not keep the order of an object's keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner) && !key.startsWith("__")
      ? Object.fromEntries(
          Object.entries(inner)
            .filter(([name]) => !name.startsWith("__"))
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
