import type * as pulumi from "@pulumi/pulumi";
import { tlsContents } from "../../tls/files.ts";
import type { ServerIdentity, Tls } from "../../tls/tls.ts";
import { OWN_NAMES } from "../address.ts";
import type { Objects } from "./objects.ts";

/** What a Service of a namespace is called, from within and from without. Pure. */
export const namesInCluster = (name: string, namespace: string): string[] => [
  name,
  `${name}.${namespace}`,
  `${name}.${namespace}.svc`,
  `${name}.${namespace}.svc.cluster.local`,
];

/**
 * The certificate of a server. Its peers call it by its name, the program and its own probes by loopback.
 * @param services other Services that lead to it
 */
export const identityOf = (
  tls: Tls,
  name: string,
  namespace: string,
  further: readonly string[] = [],
): ServerIdentity =>
  tls.identityOf({
    name,
    names: [name, "localhost", "127.0.0.1"],
    further: [...namesInCluster(name, namespace), ...further, ...OWN_NAMES],
  });

/** The Secret with a server's files of TLS, by its name. */
export const tlsSecret = (
  objects: Objects,
  server: string,
  labels: Readonly<Record<string, string>>,
  tls: Tls,
  identity?: ServerIdentity,
): pulumi.Output<string> =>
  objects.secretFiles(
    `${server}-tls`,
    labels,
    tlsContents({ authorities: tls.authorities, ...(identity && { identity }) }),
  );
