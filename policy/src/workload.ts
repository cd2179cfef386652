import type { Resource } from "./resource.ts";

/** What every target makes of a server, in one shape. */
export interface Workload {
  /** Images that it runs. Undefined for one that is not known yet or runs none. */
  readonly images: readonly (string | undefined)[];
  readonly env: Readonly<Record<string, string>>;
  /** Whether a preview knows all of it. */
  readonly envKnown: boolean;
  readonly args: readonly string[];
  readonly published: readonly Published[];
}

/** A port that is reached from outside of the server's own container or machine. */
export interface Published {
  /** Address of the host; 0.0.0.0 where nothing is said. */
  readonly address: string;
  readonly port: number;
  /** Where the server itself listens. */
  readonly inside: number;
}

const EVERYWHERE = "0.0.0.0";

/** The workloads of a resource: containers of Docker, of a pod, or a process of this machine. Pure. */
export function workloadsOf({ type, props, unknown }: Resource): Workload[] {
  if (type === "docker:index/container:Container")
    return [{ ...ofContainer(props as ContainerProps), envKnown: !unknown.has("envs") }];
  if (type.endsWith("dynamic/local:Process"))
    return [{ ...ofProcess(props as ProcessProps), envKnown: !unknown.has("env") }];
  if (type.startsWith("kubernetes:")) return ofPod(podSpec(props as WithPod));
  return [];
}

interface ContainerProps {
  readonly image?: string;
  readonly envs?: readonly string[];
  readonly command?: readonly string[];
  readonly entrypoints?: readonly string[];
  readonly healthcheck?: { readonly tests?: readonly string[] };
  readonly networkMode?: string;
  readonly ports?: readonly { readonly internal: number; readonly external?: number; readonly ip?: string }[];
}

const ofContainer = (props: ContainerProps): Omit<Workload, "envKnown"> => ({
  images: [props.image],
  env: Object.fromEntries(
    (props.envs ?? []).map((entry = "") => {
      const at = entry.indexOf("=");
      return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  ),
  args: [...(props.entrypoints ?? []), ...(props.command ?? []), ...(props.healthcheck?.tests ?? [])],
  published: (props.ports ?? []).map(({ internal, external, ip }) => ({
    address: ip ?? EVERYWHERE,
    port: external ?? internal,
    inside: internal,
  })),
});

interface ProcessProps {
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly prepare?: readonly { readonly command: readonly string[] }[];
  readonly ports?: readonly { readonly host: string; readonly port: number }[];
}

const ofProcess = (props: ProcessProps): Omit<Workload, "envKnown"> => ({
  images: [],
  env: props.env ?? {},
  args: [...(props.command ?? []), ...(props.prepare ?? []).flatMap(({ command }) => command)],
  published: (props.ports ?? []).map(({ host, port }) => ({ address: host, port, inside: port })),
});

interface PodContainer {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly containerPort: number; readonly hostPort?: number }[];
}
interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly containers?: readonly PodContainer[];
  readonly initContainers?: readonly PodContainer[];
}
interface WithPod {
  readonly kind?: string;
  readonly spec?: PodSpec & {
    readonly template?: { readonly spec?: PodSpec };
    readonly jobTemplate?: { readonly spec?: { readonly template?: { readonly spec?: PodSpec } } };
  };
}

const podSpec = ({ kind, spec }: WithPod): PodSpec =>
  (kind === "Pod" ? spec : (spec?.template?.spec ?? spec?.jobTemplate?.spec?.template?.spec)) ?? {};

const ofPod = ({ containers = [], initContainers = [], hostNetwork = false }: PodSpec): Workload[] =>
  [...containers, ...initContainers].map(({ image, command = [], args = [], env = [], ports = [] }) => ({
    images: [image],
    env: Object.fromEntries(env.map(({ name, value }) => [name, value ?? ""])),
    envKnown: true,
    args: [...command, ...args],
    published: ports
      .filter(({ hostPort }) => hostNetwork || hostPort !== undefined)
      .map(({ containerPort, hostPort }) => ({
        address: EVERYWHERE,
        port: hostPort ?? containerPort,
        inside: containerPort,
      })),
  }));
