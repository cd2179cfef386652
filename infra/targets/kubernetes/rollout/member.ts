import type { AppsV1Api, CoreV1Api, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { InfraError } from "../../../errors.ts";
import { pollUntil } from "../../../poll.ts";
import { kubeConfig } from "../../../tunnel/cluster.ts";
import { podOf, ROLE_LABEL, type Role } from "../names.ts";

/** Where the members of a stack are. */
export interface Place {
  readonly context: string;
  readonly namespace: string;
}

/** On a StatefulSet: hash of its specification. */
export const REVISION_ANNOTATION = "tickhouse.com/revision";

/** What a StatefulSet says of its one pod; `absent` where there is none. */
export type MemberState = "absent" | { readonly revision: string; readonly settled: boolean };

/** Reads a member's StatefulSet. */
export async function readMember(place: Place, member: string): Promise<MemberState> {
  const found = await orAbsent((await apps(place)).readNamespacedStatefulSet(named(place, member)));
  return found === undefined ? "absent" : stateOf(found);
}

/** Whether the pod that is wanted is the one that is there, and is ready. Pure. */
export function stateOf({ metadata, spec, status }: V1StatefulSet): Exclude<MemberState, "absent"> {
  const wanted = spec?.replicas ?? 1;
  return {
    revision: metadata?.annotations?.[REVISION_ANNOTATION] ?? "",
    settled:
      (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) &&
      status?.updateRevision === status?.currentRevision &&
      (status?.readyReplicas ?? 0) >= wanted,
  };
}

/**
 * Waits until a member's pod is the one that is wanted and is ready.
 * @throws InfraError ROLLOUT_STUCK with what its pod says
 */
export async function untilSettled(place: Place, member: string, deadlineSeconds: number): Promise<void> {
  const settled = await pollUntil(deadlineSeconds * 1_000, async () => {
    const state = await readMember(place, member);
    return state !== "absent" && state.settled ? true : undefined;
  });
  if (settled === undefined)
    throw new InfraError(
      "ROLLOUT_STUCK",
      `${member} is not ready after ${deadlineSeconds} s (tickhouse:readyTimeoutSeconds): ${await tellPod(place, member)}`,
    );
}

/** What a member's pod says of itself, and where its log is. */
export async function tellPod(place: Place, member: string): Promise<string> {
  const pod = podOf(member);
  const found = await orAbsent((await core(place)).readNamespacedPod(named(place, pod)));
  const says = found === undefined ? "there is no pod; events say why" : describe(found);
  return `${says}; next step: kubectl -n ${place.namespace} describe pod ${pod}; kubectl -n ${place.namespace} logs ${pod}`;
}

/** Names of the members of a role. */
export async function listMembers(place: Place, role: Role): Promise<string[]> {
  const labelSelector = `${ROLE_LABEL}=${role}`;
  const { items } = await (await apps(place)).listNamespacedStatefulSet({
    namespace: place.namespace,
    labelSelector,
  });
  return items.flatMap(({ metadata }) => metadata?.name ?? []).sort();
}

const GONE_DEADLINE_MS = 60_000;

/** Takes a member's pod away without a word to it; returns when that very pod is gone. */
export async function killPod(place: Place, member: string): Promise<void> {
  const api = await core(place);
  const pod = named(place, podOf(member));
  const killed = await orAbsent(api.readNamespacedPod(pod));
  if (killed === undefined) return;
  await orAbsent(api.deleteNamespacedPod({ ...pod, gracePeriodSeconds: 0 }));
  const gone = await pollUntil(GONE_DEADLINE_MS, async () => {
    const there = await orAbsent(api.readNamespacedPod(pod));
    return there?.metadata?.uid === killed.metadata?.uid ? undefined : true;
  });
  if (gone === undefined)
    throw new InfraError(
      "ROLLOUT_STUCK",
      `${pod.name} is there ${GONE_DEADLINE_MS / 1000} s after it was deleted`,
    );
}

/** Phase, what keeps it from being scheduled, and what its container waits for or died of. Pure. */
export function describe({ status }: V1Pod): string {
  const unmet = (status?.conditions ?? [])
    .filter(({ status: met, message }) => met !== "True" && message !== undefined)
    .map(({ message }) => message);
  const containers = (status?.containerStatuses ?? []).flatMap(({ state, lastState, restartCount }) => [
    state?.waiting && `waiting: ${state.waiting.reason} ${state.waiting.message ?? ""}`.trim(),
    lastState?.terminated &&
      `ended with ${lastState.terminated.exitCode} (${lastState.terminated.reason}), restarted ${restartCount} times`,
  ]);
  return [`its pod is ${status?.phase ?? "unknown"}`, ...unmet, ...containers].filter(Boolean).join("; ");
}

const named = ({ namespace }: Place, name: string) => ({ namespace, name });

async function apps({ context }: Place): Promise<AppsV1Api> {
  const { AppsV1Api } = await import("@kubernetes/client-node");
  return (await kubeConfig(context)).makeApiClient(AppsV1Api);
}

async function core({ context }: Place): Promise<CoreV1Api> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  return (await kubeConfig(context)).makeApiClient(CoreV1Api);
}

/** Not found is an answer. */
async function orAbsent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if ((error as { code?: number }).code === 404) return undefined;
    throw error;
  }
}
