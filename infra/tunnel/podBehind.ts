import type { V1Pod } from "@kubernetes/client-node";
import { InfraError } from "../errors.ts";
import { kubeConfig } from "./cluster.ts";
import type { Tunnel } from "./tunnel.ts";

/** The pod that a tunnel leads to now: its own, or a ready one of its Service. */
export async function podBehind({ context, namespace, pod }: Tunnel): Promise<string> {
  if (typeof pod === "string") return pod;
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const core = (await kubeConfig(context)).makeApiClient(CoreV1Api);
  const { spec } = await core.readNamespacedService({ namespace, name: pod.service });
  const labelSelector = Object.entries(spec?.selector ?? {})
    .map(([label, value]) => `${label}=${value}`)
    .join(",");
  const { items } = await core.listNamespacedPod({ namespace, labelSelector });
  const name = items.find(isReady)?.metadata?.name;
  if (name === undefined)
    throw new InfraError(
      "CLUSTER_UNREACHABLE",
      `Service ${pod.service} has no pod that is ready; next step: kubectl -n ${namespace} get pods`,
    );
  return name;
}

/** Ready, and not about to go. Pure. */
export const isReady = ({ metadata, status }: V1Pod): boolean =>
  metadata?.deletionTimestamp === undefined &&
  (status?.conditions ?? []).some((condition) => condition.type === "Ready" && condition.status === "True");
