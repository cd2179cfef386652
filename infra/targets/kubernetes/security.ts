import type * as k8s from "@pulumi/kubernetes";

type PodSecurityContext = k8s.types.input.core.v1.PodSecurityContext;
type SecurityContext = k8s.types.input.core.v1.SecurityContext;

/** Users of the official images: `clickhouse`, `appuser` of Kafka, `node`. */
export const USERS = { clickhouse: 101, keeper: 101, kafka: 1000, service: 1000 } as const;

/** What Pod Security `restricted` asks of a pod, and its volumes for its user. */
export const podSecurity = (user: number): PodSecurityContext => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  // A volume of terabytes is not walked through at each start.
  fsGroupChangePolicy: "OnRootMismatch",
  seccompProfile: { type: "RuntimeDefault" },
});

/** No privilege, and nothing to write to but what is mounted. */
export const containerSecurity = (): SecurityContext => ({
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
});
