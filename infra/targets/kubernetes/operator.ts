import * as k8s from "@pulumi/kubernetes";
import { volumes } from "../../monitoring/alerts/volumes.ts";
import { GROUPS, ruleGroups } from "../../monitoring/rules.ts";
import { jobOf } from "../../monitoring/scrape.ts";
import { MEMBER_LABEL, ROLE_LABEL, type Role } from "./names.ts";
import { METRICS_OF } from "./networkPolicies.ts";
import type { Objects } from "./objects.ts";

/** `tickhouse.com/member` as Prometheus names the label of a pod. */
const MEMBER_META = `__meta_kubernetes_pod_label_${MEMBER_LABEL.replaceAll(/[^a-z]/g, "_")}`;

/**
 * Specification of a PodMonitor for the pods of a role: pods, since producer and bars have no Service. Jobs and instances
 * are called as the alerts have it: a member by its name, a copy of a service by its pod's. Pure.
 */
export const podMonitorSpec = (role: Role) => ({
  selector: { matchLabels: { [ROLE_LABEL]: role } },
  podMetricsEndpoints: [
    {
      port: "metrics",
      path: "/metrics",
      interval: "15s",
      relabelings: [
        { targetLabel: "job", replacement: jobOf(role) },
        { targetLabel: "instance", sourceLabels: ["__meta_kubernetes_pod_name"] },
        { targetLabel: "instance", sourceLabels: [MEMBER_META], regex: "(.+)" },
      ],
    },
  ],
});

/** What the Prometheus operator makes its Prometheus of: what to read, and when to tell somebody. */
export function createOperatorObjects(objects: Objects): void {
  const custom = (name: string, kind: string, objectName: string, spec: object) =>
    new k8s.apiextensions.CustomResource(
      name,
      { apiVersion: "monitoring.coreos.com/v1", kind, metadata: objects.metadata(objectName), spec },
      objects.options(),
    );
  const { namespace } = objects.place;
  custom("alerts", "PrometheusRule", "tickhouse", ruleGroups({ ...GROUPS, volumes: volumes(namespace) }));
  for (const role of Object.keys(METRICS_OF) as (keyof typeof METRICS_OF)[])
    custom(`${role}-monitor`, "PodMonitor", role, podMonitorSpec(role));
}
