import type { KubeConfig } from "@kubernetes/client-node";
import { InfraError } from "../errors.ts";

const known = new Map<string, Promise<KubeConfig>>();

/**
 * The kubeconfig's way to a cluster; read once a process.
 * @param context empty for the current one
 * @throws InfraError CLUSTER_UNREACHABLE where there is no such context
 */
export function kubeConfig(context: string): Promise<KubeConfig> {
  const loaded = known.get(context) ?? load(context);
  known.set(context, loaded);
  return loaded;
}

async function load(context: string): Promise<KubeConfig> {
  // Half a second and 40 MB that other targets need not pay.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromDefault();
  // What the client falls back to where it finds nothing.
  if (config.getCurrentCluster()?.server === "http://localhost:8080")
    throw new InfraError(
      "CLUSTER_UNREACHABLE",
      "there is no kubeconfig: neither $KUBECONFIG nor ~/.kube/config names a cluster",
    );
  const contexts = config.getContexts().map(({ name }) => name);
  if (context !== "" && !contexts.includes(context))
    throw new InfraError(
      "CLUSTER_UNREACHABLE",
      `tickhouse:kubeContext is ${context}, which the kubeconfig does not have; accepted: ${contexts.join(", ") || "none, it is empty"}`,
    );
  if (context !== "") config.setCurrentContext(context);
  return config;
}
