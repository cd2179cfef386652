/**
 * A way to a port of a pod through the API server of a Kubernetes cluster: no port is public, and whoever takes it has the
 * rights of a kubeconfig.
 */
export interface Tunnel {
  /** Context of the kubeconfig ($KUBECONFIG, else ~/.kube/config); empty for the current one. */
  readonly context: string;
  readonly namespace: string;
  /** A pod by its name, or any that a Service leads to; looked for anew with each connection. */
  readonly pod: string | { readonly service: string };
  /** The container's port. */
  readonly port: number;
}

/** A local port that leads through a tunnel for as long as it is open. */
export interface OpenTunnel {
  readonly port: number;
  /** Why the last connection did not come about; undefined while all is well. */
  problem(): string | undefined;
  close(): Promise<void>;
}
