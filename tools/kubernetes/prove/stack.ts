import { CoreV1Api, type KubeConfig, PolicyV1Api, type V1Pod } from "@kubernetes/client-node";
import { namespaceOf } from "../../../infra/targets/kubernetes/names.ts";
import { kubeConfig } from "../../../infra/tunnel/cluster.ts";
import type { RunningStack } from "../../owner.ts";
import { declaredSetting } from "../../stacks.ts";

/** A stack in its cluster, as the checks look at it. */
export interface ProvenStack {
  readonly namespace: string;
  readonly core: CoreV1Api;
  readonly policy: PolicyV1Api;
  readonly running: RunningStack;
  /** Image for the small pods: it has node. */
  readonly image: string;
}

export async function openProven(stack: string, running: RunningStack): Promise<ProvenStack> {
  const config: KubeConfig = await kubeConfig(declaredSetting(stack, "kubeContext"));
  return {
    namespace: namespaceOf(stack),
    core: config.makeApiClient(CoreV1Api),
    policy: config.makeApiClient(PolicyV1Api),
    running,
    image: declaredSetting(stack, "serviceBaseImage"),
  };
}

/** Pods of a role, in order of their names. */
export async function podsOf({ core, namespace }: ProvenStack, role: string): Promise<V1Pod[]> {
  const labelSelector = `app.kubernetes.io/component=${role}`;
  const { items } = await core.listNamespacedPod({ namespace, labelSelector });
  return items.toSorted((a, b) => ((a.metadata?.name ?? "") < (b.metadata?.name ?? "") ? -1 : 1));
}
