import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Naming, PrivateFile } from "./names.ts";

/** What makes one container of the warehouse. */
export interface ServerArgs {
  /** `clickhouse-01`: host name, alias in the network, and last part of the container's name. */
  readonly name: string;
  /** What it is there: `clickhouse`, `keeper`, `kafka`, `api`, `producer`. */
  readonly role: string;
  readonly image: pulumi.Input<string>;
  readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
  readonly args?: readonly string[];
  /** Folders that are kept: path in the container by the last part of the volume's name, `data` for what nothing else could bring back. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Folders in memory, for what may go with the container. */
  readonly scratch: readonly string[];
  readonly files: readonly PrivateFile[];
  /** What the files are put in with, where the image itself names a user: Docker would make that one their owner. */
  readonly filesImage?: pulumi.Input<string>;
  /** Port on the host by port in the container. */
  readonly publish: readonly { readonly inside: number; readonly outside: number }[];
  /** A shell command that succeeds when the server is ready; undefined where the image brings one. */
  readonly health?: string;
  readonly memoryMb: number;
  /** From the stop signal to the kill, long enough to flush. */
  readonly stopSeconds: number;
  /** Whether its image works with a root file system that it can't write to. */
  readonly readOnlyRoot: boolean;
  /** Kernel capabilities that its image needs to start. */
  readonly capabilities: readonly string[];
}

/** What all containers of a stack share. */
export interface Host {
  readonly naming: Naming;
  readonly network: docker.Network;
  /** Address of the host that ports are published on. */
  readonly publishOn: string;
  readonly readyTimeoutSeconds: number;
  /** Files that one server may have open. */
  readonly openFiles: number;
  /** Whether volumes with data are protected. */
  readonly protectData: boolean;
  readonly parent: pulumi.Resource;
}

/** A container that is up and healthy, with its volumes. Replaced in place: its data stays. */
export function createServer(
  host: Host,
  server: ServerArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const { naming, network, parent } = host;
  const { name, role } = server;
  const volumes = Object.entries(server.volumes).map(([part, containerPath]) => {
    const volume = new docker.Volume(
      `${name}-${part}`,
      { name: naming.named(`${name}-${part}`), labels: naming.labels(role) },
      { parent, protect: host.protectData && part === "data" },
    );
    return { volumeName: volume.name, containerPath };
  });
  const files = server.files.length === 0 ? undefined : createFiles(host, server, volumes);
  return new docker.Container(
    name,
    {
      name: naming.named(name),
      hostname: name,
      image: server.image,
      ...(server.args && { command: [...server.args] }),
      envs: pulumi.all(server.env ?? {}).apply((env) =>
        Object.entries(env)
          .map(([key, value]) => `${key}=${value}`)
          .sort(),
      ),
      labels: [
        ...naming.labels(role),
        ...(files === undefined ? [] : [{ label: "com.tickhouse.files", value: files.hash }]),
      ],
      networksAdvanced: [{ name: network.name, aliases: [name] }],
      ports: server.publish.map(({ inside, outside }) => ({
        internal: inside,
        external: outside,
        ip: host.publishOn,
      })),
      volumes,
      tmpfs: Object.fromEntries(server.scratch.map((path) => [path, "mode=1777"])),
      ...(server.health !== undefined && {
        healthcheck: {
          tests: ["CMD-SHELL", server.health],
          interval: "2s",
          timeout: "5s",
          retries: 60,
          startPeriod: "5s",
        },
      }),
      wait: true,
      waitTimeout: host.readyTimeoutSeconds,
      restart: "unless-stopped",
      memory: server.memoryMb,
      memorySwap: server.memoryMb,
      ulimits: [{ name: "nofile", soft: host.openFiles, hard: host.openFiles }],
      readOnly: server.readOnlyRoot,
      capabilities: { drops: ["ALL"], adds: server.capabilities.map((capability) => `CAP_${capability}`) },
      securityOpts: ["no-new-privileges:true"],
      logDriver: "json-file",
      logOpts: { "max-size": "20m", "max-file": "5" },
      stopTimeout: server.stopSeconds,
      destroyGraceSeconds: server.stopSeconds,
      mustRun: true,
    },
    // One name and one set of ports: the old one has to go first.
    {
      parent,
      deleteBeforeReplace: true,
      ...opts,
      dependsOn: [...dependencies(opts), ...(files === undefined ? [] : [files.resource])],
    },
  );
}

const dependencies = ({ dependsOn }: pulumi.CustomResourceOptions): pulumi.Resource[] =>
  dependsOn === undefined ? [] : ([dependsOn].flat() as pulumi.Resource[]);

/**
 * Puts a server's files into its volumes, by a container that is made and never started: Docker copies nothing into a
 * container whose root can't be written to. Their hash on the server's own label makes it start anew with new files, but
 * for those that it reads again by itself.
 */
function createFiles(
  host: Host,
  { name, role, image, filesImage, files }: ServerArgs,
  volumes: docker.types.input.ContainerVolume[],
): { resource: docker.Container; hash: pulumi.Output<string> } {
  const { naming, parent } = host;
  const resource = new docker.Container(
    `${name}-files`,
    {
      name: naming.named(`${name}-files`),
      image: filesImage ?? image,
      labels: naming.labels(role),
      volumes,
      uploads: files.map(({ path, content, owner, group }) => ({
        file: path,
        content: pulumi.secret(content),
        owner,
        group: group ?? owner,
        permissions: group === undefined ? "0400" : "0440",
      })),
      networkMode: "none",
      start: false,
      mustRun: false,
    },
    { parent, deleteBeforeReplace: true },
  );
  const contents = pulumi.all(
    files
      .filter(({ live = false }) => !live)
      .map(({ path, content }) => pulumi.output(content).apply((text) => `${path}\0${text}\0`)),
  );
  return {
    resource,
    hash: pulumi.unsecret(
      contents.apply((parts) => createHash("sha256").update(parts.join("")).digest("hex")),
    ),
  };
}
