import type * as k8s from "@pulumi/kubernetes";
import type { Probes } from "./probes.ts";
import { requirements } from "./resources.ts";
import { containerSecurity, podSecurity } from "./security.ts";

type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;
type Volume = k8s.types.input.core.v1.Volume;
type Mount = k8s.types.input.core.v1.VolumeMount;
type PodSpec = k8s.types.input.core.v1.PodSpec;

/** One container and what it needs; names of Kubernetes objects are those that it finds in its namespace. */
export interface PodArgs {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly imagePullSecret: string;
  /** User and group that it runs as. */
  readonly user: number;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, number>>;
  /** Folders of a claim, by the claim's name. */
  readonly claims?: Readonly<Record<string, string>>;
  /** Folders of rendered files: path by the name of the Secret or ConfigMap. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly configMaps?: Readonly<Record<string, string>>;
  /** Folders that go with the pod. */
  readonly scratch: readonly string[];
  readonly probes: Probes;
  /** A shell script that runs before the stop signal. */
  readonly preStop?: string;
  /** From the stop to the kill, that script included. */
  readonly graceSeconds: number;
  readonly cpuMillicores: number;
  readonly memoryMb: number;
  readonly placement: Pick<PodSpec, "affinity" | "topologySpreadConstraints">;
}

/** Readable by the pod's group alone. */
const FILE_MODE = 0o440;
/** Logs rotate below this; what fills it takes the pod down and not the machine. */
const SCRATCH_LIMIT = "1Gi";

/** Renders a pod: without a token, without privilege, on a read-only root. Pure. */
export function podTemplate(args: PodArgs): PodTemplate {
  const volumes = volumesOf(args);
  return {
    metadata: { labels: { ...args.labels } },
    spec: {
      serviceAccountName: args.labels["app.kubernetes.io/component"] ?? "default",
      automountServiceAccountToken: false,
      // Kubernetes would add KAFKA_… variables of its own, which Kafka's image takes for settings.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: args.graceSeconds,
      securityContext: podSecurity(args.user),
      ...(args.imagePullSecret !== "" && { imagePullSecrets: [{ name: args.imagePullSecret }] }),
      ...args.placement,
      containers: [
        {
          name: args.name,
          image: args.image,
          imagePullPolicy: "IfNotPresent",
          ...(args.args && { args: [...args.args] }),
          env: Object.entries(args.env)
            .map(([name, value]) => ({ name, value }))
            .sort((a, b) => (a.name < b.name ? -1 : 1)),
          ports: Object.entries(args.ports).map(([name, containerPort]) => ({ name, containerPort })),
          ...args.probes,
          ...(args.preStop !== undefined && {
            lifecycle: { preStop: { exec: { command: ["sh", "-c", args.preStop] } } },
          }),
          resources: requirements(args.cpuMillicores, args.memoryMb),
          securityContext: containerSecurity(),
          volumeMounts: volumes.map(({ mount }) => mount),
        },
      ],
      volumes: volumes.map(({ volume }) => volume),
    },
  };
}

function volumesOf({ claims = {}, secrets = {}, configMaps = {}, scratch }: PodArgs): {
  volume: Volume;
  mount: Mount;
}[] {
  return [
    ...Object.entries(claims).map(([claimName, path]) => ({
      volume: { name: "data", persistentVolumeClaim: { claimName } },
      mount: { name: "data", mountPath: path },
    })),
    ...Object.entries(secrets).map(([secretName, path]) => ({
      volume: { name: nameOf(path), secret: { secretName, defaultMode: FILE_MODE } },
      mount: { name: nameOf(path), mountPath: path, readOnly: true },
    })),
    ...Object.entries(configMaps).map(([name, path]) => ({
      volume: { name: nameOf(path), configMap: { name, defaultMode: FILE_MODE } },
      mount: { name: nameOf(path), mountPath: path, readOnly: true },
    })),
    ...scratch.map((path) => ({
      volume: { name: nameOf(path), emptyDir: { sizeLimit: SCRATCH_LIMIT } },
      mount: { name: nameOf(path), mountPath: path },
    })),
  ];
}

/** `/etc/clickhouse-server/config.d` -> `etc-clickhouse-server-config-d` */
const nameOf = (path: string): string => path.slice(1).replaceAll(/[/._]/g, "-");
