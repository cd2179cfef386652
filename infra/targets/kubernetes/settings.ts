import { z } from "zod";
import { dnsName, oneOf, whole } from "../../settingKinds.ts";

/** Settings of target kubernetes alone. */
export const KUBERNETES_SETTINGS = {
  kubeContext: z
    .string()
    .regex(/^\S*$/)
    .describe("a context of the kubeconfig, or empty for the current one"),
  storageClass: dnsName("a StorageClass", "fast-ssd"),
  clickhouseVolumeGb: whole(1, 1_048_576),
  kafkaVolumeGb: whole(1, 1_048_576),
  keeperVolumeGb: whole(1, 1_024),
  clickhouseCpuMillicores: whole(50, 256_000),
  kafkaCpuMillicores: whole(50, 64_000),
  antiAffinity: oneOf("preferred", "required"),
  insertQuorum: oneOf("auto", "off"),
  rolloutGate: oneOf("on", "off"),
  apiReplicas: whole(1, 100),
  apiMaxReplicas: whole(1, 100),
  serviceImagePrefix: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._/:-]*[a-z0-9/-]$/)
    .describe("what stands before producer:TAG, bars:TAG and api:TAG: ghcr.io/acme/tickhouse-"),
  imagePullSecret: dnsName("a Secret of type dockerconfigjson in the stack's namespace", "registry"),
  ingressHost: dnsName("a host name", "ticks.example.com"),
  ingressClass: dnsName("an IngressClass", "nginx"),
  ingressNamespace: dnsName("the namespace of the ingress controller", "ingress-nginx"),
  ingressTlsSecret: dnsName("a Secret with the certificate, in the stack's namespace", "tickhouse-tls"),
  ingressClusterIssuer: dnsName("a ClusterIssuer of cert-manager", "letsencrypt"),
} as const;

/** What the rules between settings look at. */
interface Settings {
  readonly bindAddress: string;
  readonly replicas: number;
  readonly keepers: number;
  readonly apiReplicas: number;
  readonly apiMaxReplicas: number;
  readonly ingressHost: string;
  readonly ingressTlsSecret: string;
  readonly ingressNamespace: string;
}

/** Rules between settings on this target; each problem begins with the setting's name. */
export function kubernetesProblems(settings: Settings): string[] {
  const problems: string[] = [];
  if (settings.bindAddress !== "127.0.0.1")
    problems.push(
      `bindAddress is ${settings.bindAddress}; accepted on target kubernetes: 127.0.0.1 (nothing is published; ingressHost gives the API a public name, with TLS)`,
    );
  if (settings.apiMaxReplicas < settings.apiReplicas)
    problems.push(
      `apiMaxReplicas is ${settings.apiMaxReplicas}; accepted: ${settings.apiReplicas} (apiReplicas) or more`,
    );
  if (settings.ingressHost !== "" && settings.ingressTlsSecret === "")
    problems.push(
      "ingressTlsSecret is empty, and the API's key would cross the network in clear; accepted with ingressHost: a Secret with the certificate",
    );
  if (settings.ingressHost !== "" && settings.ingressNamespace === "")
    problems.push(
      "ingressNamespace is empty; accepted with ingressHost: the namespace whose pods may reach the API",
    );
  return problems;
}
