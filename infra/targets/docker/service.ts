import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { METRICS_PORTS } from "../../monitoring/ports.ts";
import type { ServerIdentity } from "../../tls/tls.ts";
import { imageFolder } from "../imageFolder.ts";
import { secretFile } from "../secretFile.ts";
import type { ServiceArgs } from "../target.ts";
import { secureHealth } from "./health.ts";
import { NODE_USER } from "./images.ts";
import type { PrivateFile } from "./names.ts";
import { createServer, type Host } from "./server.ts";

/** Where a service's secrets lie in its container. */
const SECRETS = "/etc/tickhouse";
const LISTEN_PORT = 8000;

export interface ServiceContainerArgs {
  readonly service: ServiceArgs;
  /** Root of the checkout. */
  readonly root: string;
  /** By name for the build, by id for the container that puts its secrets in. */
  readonly baseImage: string;
  readonly baseImageId: pulumi.Output<string>;
  /** Port on the host, for a service that listens. */
  readonly port: number;
  /** Its certificate, where it is to serve TLS, and a name that this holds. */
  readonly identity: ServerIdentity | undefined;
  readonly publicName: string;
}

/** The image of one of our services, built from its bundle; another bundle makes another image. */
export function createImage(
  host: Host,
  { service, root, baseImage }: ServiceContainerArgs,
): docker.RemoteImage {
  const { naming, parent } = host;
  const hashes = [service.bundle, ...Object.values(service.folders)].map(({ contentHash }) => contentHash);
  return new docker.RemoteImage(
    `${service.name}-image`,
    {
      name: `${naming.named(service.name)}:${hashes.join("").slice(0, 12)}`,
      build: {
        context: join(root, "services"),
        dockerfile: "Dockerfile",
        target: service.name,
        buildArgs: { BASE_IMAGE: baseImage },
        labels: Object.fromEntries(naming.labels(service.name).map(({ label, value }) => [label, value])),
      },
      triggers: { content: hashes.join("-"), baseImage },
    },
    { parent },
  );
}

/** A container of one of our services: read-only, without privileges, as an ordinary user. */
export function createServiceContainer(host: Host, args: ServiceContainerArgs): docker.Container {
  const { service, port, identity } = args;
  const image = createImage(host, args);
  const { name, listen } = service;
  const files = filesOf(args);
  return createServer(
    host,
    {
      name,
      role: name,
      image: image.imageId,
      args: service.args,
      env: {
        ...service.env,
        ...Object.fromEntries(files.map(({ variable, path }) => [variable, path])),
        ...Object.fromEntries(
          Object.keys(service.folders).map((variable) => [variable, imageFolder(variable)]),
        ),
        ...(listen && { [listen.hostVariable]: "0.0.0.0", [listen.portVariable]: String(LISTEN_PORT) }),
        METRICS_HOST: "0.0.0.0",
        METRICS_PORT: String(METRICS_PORTS.service),
      },
      volumes: files.length > 0 ? { etc: SECRETS } : {},
      scratch: ["/tmp"],
      filesImage: args.baseImageId,
      files,
      ...(identity &&
        listen && {
          health: secureHealth({ port: LISTEN_PORT, path: listen.readyPath, name: args.publicName }),
        }),
      publish: listen === undefined ? [] : [{ inside: LISTEN_PORT, outside: port }],
      memoryMb: 512,
      stopSeconds: 30,
      readOnlyRoot: true,
      capabilities: [],
    },
    { dependsOn: [...service.dependsOn] },
  );
}

/** A service's secrets, and the certificate that it serves, by the variables that tell it where they are. */
function filesOf({ service, identity }: ServiceContainerArgs): (PrivateFile & { variable: string })[] {
  const { listen, secretFiles } = service;
  const served: Readonly<Record<string, pulumi.Input<string>>> =
    listen && identity
      ? {
          [listen.certificateVariable]: identity.certificate,
          [listen.keyVariable]: identity.privateKey,
        }
      : {};
  return Object.entries({ ...secretFiles, ...served }).map(([variable, content]) => ({
    variable,
    path: `${SECRETS}/${secretFile(variable)}`,
    content: pulumi.output(content),
    owner: NODE_USER,
    live: variable in served,
  }));
}
