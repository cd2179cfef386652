import type { Resource, Rule } from "../resource.ts";
import { type Published, type Workload, workloadsOf } from "../workload.ts";

/** Ports on which ClickHouse speaks TLS alone, and where its users, all of whom have passwords, log in. */
const CLICKHOUSE_TLS_PORTS = [8443, 9440];

/**
 * What others than this machine's users can reach speaks TLS and asks who they are: no port is published beyond loopback
 * otherwise, no Service is anything but internal, and an Ingress has a certificate for each of its hosts.
 */
export const publicBind: Rule = (resource) => [
  ...workloadsOf(resource).flatMap((workload) =>
    workload.published
      .filter(({ address }) => !isLoopback(address))
      .flatMap((published) => openPort(workload, published)),
  ),
  ...publicService(resource),
  ...plainIngress(resource),
];

const isLoopback = (address: string): boolean =>
  address.startsWith("127.") || address === "::1" || address === "localhost";

function openPort({ env, envKnown }: Workload, { address, port, inside }: Published): string[] {
  // The first preview of a stack; the update knows.
  if (!envKnown) return [];
  const clickhouse = CLICKHOUSE_TLS_PORTS.includes(inside);
  const kafka = kafkaProtocol(env, inside);
  const tls = clickhouse || kafka.endsWith("SSL") || env["API_TLS_CERTIFICATE_FILE"] !== undefined;
  const known = clickhouse || kafka.startsWith("SASL_") || env["API_KEYS_FILE"] !== undefined;
  const where = `port ${port} is open on ${address}`;
  return [
    ...(tls ? [] : [`${where} without TLS; accepted: loopback, or TLS (tickhouse:tls on or auto)`]),
    ...(known ? [] : [`${where}, and asks nobody for a key or password; accepted: loopback, or an API key`]),
  ];
}

/** `SASL_SSL` of the listener on a port, as a broker's image is told; empty where there is none. */
function kafkaProtocol(env: Readonly<Record<string, string>>, port: number): string {
  const listener = (env["KAFKA_LISTENERS"] ?? "")
    .split(",")
    .find((entry) => entry.endsWith(`:${port}`))
    ?.split("://")[0];
  const protocols = new Map(
    (env["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"] ?? "")
      .split(",")
      .map((entry) => entry.split(":") as [string, string | undefined]),
  );
  return (listener !== undefined && protocols.get(listener)) || "";
}

function publicService({ type, props }: Resource): string[] {
  if (type !== "kubernetes:core/v1:Service") return [];
  const { type: kind = "ClusterIP", externalIPs = [] } = (props["spec"] ?? {}) as {
    type?: string;
    externalIPs?: string[];
  };
  return [
    ...(["ClusterIP", "ExternalName"].includes(kind)
      ? []
      : [`its type is ${kind}; accepted: ClusterIP, with an Ingress over TLS before it`]),
    ...(externalIPs.length === 0
      ? []
      : [`it has external addresses ${externalIPs.join(", ")}; accepted: none`]),
  ];
}

function plainIngress({ type, props }: Resource): string[] {
  if (!/^kubernetes:networking\.k8s\.io\/v1:Ingress$/.test(type)) return [];
  const { tls = [], rules = [] } = (props["spec"] ?? {}) as {
    tls?: { hosts?: string[]; secretName?: string }[];
    rules?: { host?: string }[];
  };
  const covered = new Set(tls.filter(({ secretName }) => !!secretName).flatMap(({ hosts = [] }) => hosts));
  return rules
    .filter(({ host }) => host === undefined || !covered.has(host))
    .map(
      ({ host }) => `host ${host ?? "*"} has no certificate; accepted: a tls entry with a secretName for it`,
    );
}
