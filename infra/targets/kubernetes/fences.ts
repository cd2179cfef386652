import * as k8s from "@pulumi/kubernetes";
import type { Config } from "../../config.ts";
import { collectorOf } from "../../monitoring/settings.ts";
import { type Role, roleLabels } from "./names.ts";
import { type Errand, METRICS_OF, networkPolicies, type Visitor } from "./networkPolicies.ts";
import type { Objects } from "./objects.ts";
import { PORTS, serverPorts } from "./ports.ts";

const ROLES = ["kafka", "keeper", "clickhouse", "bars", "api", "producer"] as const satisfies Role[];
const WATCHERS = ["prometheus", "grafana"] as const satisfies Role[];

/** Those that have more than one copy, or may have: a machine that is emptied takes one of them at a time. */
const BUDGETED = ["kafka", "keeper", "clickhouse", "api"] as const satisfies Role[];

/** Who outside of the namespace may come to whom: an Ingress to the API, and Prometheus to metrics and nothing else. Pure. */
export function visitorsOf(
  config: Pick<Config, "ingressHost" | "ingressNamespace" | "monitoring" | "monitoringNamespace">,
): Visitor[] {
  const { ingressHost, ingressNamespace, monitoring, monitoringNamespace: namespace } = config;
  return [
    ...(ingressHost === "" ? [] : [{ namespace: ingressNamespace, to: "api", port: PORTS.api } as const]),
    ...(monitoring === "operator"
      ? Object.entries(METRICS_OF).map(([to, port]): Visitor => ({ namespace, to: to as Role, port }))
      : []),
  ];
}

/** Traces go to the collector, from those who make them. Pure. */
export function errandsOf({ otlpEndpoint }: Pick<Config, "otlpEndpoint">): Errand[] {
  const collector = otlpEndpoint === "" ? undefined : collectorOf(otlpEndpoint);
  if (collector === undefined) return [];
  return (["api", "producer"] as const).map((from) => ({ from, ...collector }));
}

/** At most one of a role is taken away at a time; a single one may be, or its machine could never be emptied. Pure. */
export const budgetSpec = (role: Role): k8s.types.input.policy.v1.PodDisruptionBudgetSpec => ({
  maxUnavailable: 1,
  selector: { matchLabels: roleLabels(role) },
});

/**
 * Lets ClickHouse nodes out to the buckets of archive and backups. A policy knows addresses and not names, and a bucket's
 * addresses change: the port is what bounds it. Pure.
 * @returns undefined where there is no bucket
 */
export function bucketsPolicy({
  archiveUrl,
  backupUrl,
}: Pick<Config, "archiveUrl" | "backupUrl">): k8s.types.input.networking.v1.NetworkPolicySpec | undefined {
  const ports = [archiveUrl, backupUrl].filter((url) => url !== "").map(portOf);
  if (ports.length === 0) return undefined;
  return {
    podSelector: { matchLabels: roleLabels("clickhouse") },
    policyTypes: ["Egress"],
    egress: [{ ports: [...new Set(ports)].map((port) => ({ protocol: "TCP", port })) }],
  };
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === "" ? ({ "http:": 80, "https:": 443 }[protocol] ?? 443) : Number(port);
}

/** Accounts without rights, who may talk to whom, and how many may be missing: all there before the first pod. */
export function createFences(objects: Objects, config: Config): void {
  const roles: readonly Role[] = config.monitoring === "stack" ? [...ROLES, ...WATCHERS] : ROLES;
  const accounts = roles.map(
    (role) =>
      new k8s.core.v1.ServiceAccount(
        `${role}-account`,
        { metadata: objects.metadata(role, roleLabels(role)), automountServiceAccountToken: false },
        objects.options(),
      ),
  );
  const buckets = bucketsPolicy(config);
  const policies = Object.entries({
    ...networkPolicies(roles, visitorsOf(config), serverPorts(config), errandsOf(config)),
    ...(buckets && { buckets }),
  }).map(
    ([name, spec]) =>
      new k8s.networking.v1.NetworkPolicy(
        `${name}-policy`,
        { metadata: objects.metadata(name), spec },
        objects.options(),
      ),
  );
  for (const role of BUDGETED)
    new k8s.policy.v1.PodDisruptionBudget(
      `${role}-budget`,
      { metadata: objects.metadata(role, roleLabels(role)), spec: budgetSpec(role) },
      objects.options(),
    );
  objects.holdPods([...accounts, ...policies]);
}
