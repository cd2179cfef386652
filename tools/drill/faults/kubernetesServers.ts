import { namespaceOf, type Role } from "../../../infra/targets/kubernetes/names.ts";
import {
  killPod,
  listMembers,
  type Place,
  readMember,
  untilSettled,
} from "../../../infra/targets/kubernetes/rollout/member.ts";
import { declaredSetting } from "../../stacks.ts";
import type { Servers } from "./servers.ts";

const SETTLED_DEADLINE_SECONDS = 180;
const ROLES = ["clickhouse", "kafka", "keeper"] as const satisfies Role[];

/** Servers that are pods: one that is deleted comes back by itself, on its volume. */
export async function kubernetesServers(stack: string): Promise<Servers> {
  const place: Place = { context: declaredSetting(stack, "kubeContext"), namespace: namespaceOf(stack) };
  const [clickhouse = [], kafka = [], keeper = []] = await Promise.all(
    ROLES.map((role) => listMembers(place, role)),
  );
  const all = [...clickhouse, ...kafka, ...keeper];
  return {
    names: { clickhouse, kafka, keeper },
    canPause: false,
    kill: (name) => killPod(place, name),
    revive: (name) => untilSettled(place, name, SETTLED_DEADLINE_SECONDS),
    async fallen() {
      const states = await Promise.all(
        all.map(async (name) => ({ name, state: await readMember(place, name) })),
      );
      return states.filter(({ state }) => state === "absent" || !state.settled).map(({ name }) => name);
    },
    pause: (name) => Promise.reject(new Error(`${name} is a pod, which can't be paused`)),
    resume: async () => undefined,
  };
}
