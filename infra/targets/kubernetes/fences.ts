import * as k8s from "@pulumi/kubernetes";
import type { Config } from "../../config.ts";
import { type Role, roleLabels } from "./names.ts";
import { networkPolicies, type Visitor } from "./networkPolicies.ts";
import type { Objects } from "./objects.ts";
import { PORTS, serverPorts } from "./ports.ts";

const ROLES = ["kafka", "keeper", "clickhouse", "bars", "api", "producer"] as const satisfies Role[];

/** Those that have more than one copy, or may have: a machine that is emptied takes one of them at a time. */
const BUDGETED = ["kafka", "keeper", "clickhouse", "api"] as const satisfies Role[];

/** Who outside of the namespace may come to whom. Pure. */
export function visitorsOf(
  config: Pick<Config, "ingressHost" | "ingressNamespace" | "monitoring" | "monitoringNamespace">,
): Visitor[] {
  const { ingressHost, ingressNamespace, monitoring, monitoringNamespace } = config;
  return [
    ...(ingressHost === "" ? [] : [{ namespace: ingressNamespace, to: "api", port: PORTS.api } as const]),
    ...(monitoring
      ? ([
          { namespace: monitoringNamespace, to: "api", port: PORTS.api },
          { namespace: monitoringNamespace, to: "clickhouse", port: PORTS.clickhouseMetrics },
        ] as const)
      : []),
  ];
}

/** At most one of a role is taken away at a time; a single one may be, or its machine could never be emptied. Pure. */
export const budgetSpec = (role: Role): k8s.types.input.policy.v1.PodDisruptionBudgetSpec => ({
  maxUnavailable: 1,
  selector: { matchLabels: roleLabels(role) },
});

/** Accounts without rights, who may talk to whom, and how many may be missing: all there before the first pod. */
export function createFences(objects: Objects, config: Config): void {
  const accounts = ROLES.map(
    (role) =>
      new k8s.core.v1.ServiceAccount(
        `${role}-account`,
        { metadata: objects.metadata(role, roleLabels(role)), automountServiceAccountToken: false },
        objects.options(),
      ),
  );
  const policies = Object.entries(networkPolicies(ROLES, visitorsOf(config), serverPorts(config))).map(
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
