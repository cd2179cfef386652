import type * as k8s from "@pulumi/kubernetes";
import type { Config } from "../../config.ts";
import { type TlsDecision, usesTls } from "../../tls/parts.ts";
import { imageFolder } from "../imageFolder.ts";
import { secretFile } from "../secretFile.ts";
import type { ServiceArgs } from "../target.ts";
import { roleLabels } from "./names.ts";
import { placement } from "./placement.ts";
import { type PodArgs, podTemplate } from "./pod.ts";
import { PORTS } from "./ports.ts";
import { type Probes, probes } from "./probes.ts";
import { USERS } from "./security.ts";

type DeploymentSpec = k8s.types.input.apps.v1.DeploymentSpec;
type AutoscalerSpec = k8s.types.input.autoscaling.v2.HorizontalPodAutoscalerSpec;

/** Where a service's secrets lie in its container. */
export const SERVICE_SECRETS = "/etc/tickhouse";
/** Written by those that do not listen; their images say how often. */
const HEARTBEAT_FILE = "/tmp/heartbeat";
const HEARTBEAT_MS: Readonly<Record<ServiceArgs["name"], number>> = {
  producer: 60_000,
  bars: 150_000,
  api: 60_000,
};

const heartbeat = (name: ServiceArgs["name"]) => ({
  exec: {
    command: [
      "node",
      "-e",
      `process.exit(Date.now() - require("fs").statSync("${HEARTBEAT_FILE}").mtimeMs < ${HEARTBEAT_MS[name]} ? 0 : 1)`,
    ],
  },
});

const http = (path: string, secure: boolean) => ({
  httpGet: { path, port: PORTS.api, ...(secure && { scheme: "HTTPS" }) },
});

function probesOf({ name, listen }: Pick<ServiceArgs, "name" | "listen">, secure: boolean): Probes {
  if (listen === undefined) return probes(heartbeat(name));
  // A service without a database is not ready, and is no better for being killed.
  return probes(http(listen.readyPath, secure), http(listen.livePath, secure));
}

export interface ServicePodArgs {
  readonly service: Pick<ServiceArgs, "name" | "args" | "listen" | "folders">;
  readonly image: string;
  /** All but what is told by files and ports. */
  readonly env: Readonly<Record<string, string>>;
  /** Environment variables that are to hold the paths of files, and the Secret with those. */
  readonly secretFiles: readonly string[];
  readonly secret: string;
  readonly config: TlsDecision & Pick<Config, "imagePullSecret" | "antiAffinity" | "apiReplicas">;
}

/** The pod of one of our own services. Pure. */
export const servicePod = ({
  service,
  image,
  env,
  secretFiles,
  secret,
  config,
}: ServicePodArgs): PodArgs => ({
  name: service.name,
  labels: roleLabels(service.name),
  image,
  imagePullSecret: config.imagePullSecret,
  user: USERS.service,
  args: service.args,
  env: {
    ...env,
    HEARTBEAT_FILE,
    ...Object.fromEntries(
      secretFiles.map((variable) => [variable, `${SERVICE_SECRETS}/${secretFile(variable)}`]),
    ),
    ...Object.fromEntries(Object.keys(service.folders).map((variable) => [variable, imageFolder(variable)])),
    ...(service.listen && {
      [service.listen.hostVariable]: "0.0.0.0",
      [service.listen.portVariable]: String(PORTS.api),
    }),
    METRICS_HOST: "0.0.0.0",
    METRICS_PORT: String(PORTS.serviceMetrics),
  },
  ports: { ...(service.listen && { http: PORTS.api }), metrics: PORTS.serviceMetrics },
  ...(secretFiles.length > 0 && { secrets: { [secret]: SERVICE_SECRETS } }),
  scratch: ["/tmp"],
  probes: probesOf(service, usesTls(config, "api")),
  graceSeconds: 30,
  cpuMillicores: 100,
  memoryMb: 512,
  // Copies of the API may share a machine; they are only better apart.
  placement: placement("preferred", roleLabels(service.name), roleLabels(service.name)),
});

/**
 * One that listens may have copies and changes without a gap; the others are alone: two producers would send twice, and
 * the bars are kept by one process. Pure.
 */
export const deploymentSpec = (
  pod: PodArgs,
  { apiReplicas, apiMaxReplicas }: Pick<Config, "apiReplicas" | "apiMaxReplicas">,
): DeploymentSpec => {
  const listens = "http" in pod.ports;
  const scaled = listens && apiMaxReplicas > apiReplicas;
  return {
    // The autoscaler's own business, where there is one.
    ...(!scaled && { replicas: listens ? apiReplicas : 1 }),
    selector: { matchLabels: { ...pod.labels } },
    revisionHistoryLimit: 3,
    strategy: listens
      ? { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
      : { type: "Recreate" },
    template: podTemplate(pod),
  };
};

/** Copies of the API by what they compute. Pure. */
export const autoscalerSpec = (
  name: string,
  { apiReplicas, apiMaxReplicas }: Pick<Config, "apiReplicas" | "apiMaxReplicas">,
): AutoscalerSpec => ({
  scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
  minReplicas: apiReplicas,
  maxReplicas: apiMaxReplicas,
  metrics: [
    { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
  ],
});
