import { createHash } from "node:crypto";

/** What a pod is there for; NetworkPolicies, budgets and placement go by it. */
export type Role = "clickhouse" | "keeper" | "kafka" | "producer" | "bars" | "api" | "prometheus" | "grafana";

export const ROLE_LABEL = "app.kubernetes.io/component";
export const MEMBER_LABEL = "tickhouse.com/member";
export const SHARD_LABEL = "tickhouse.com/shard";

/** The namespace of a stack; all that it owns is in there. */
export const namespaceOf = (stack: string): string => `tickhouse-${stack}`;

/** The one pod of a member: of the StatefulSet of its name. */
export const podOf = (member: string): string => `${member}-0`;

export const roleLabels = (role: Role): Record<string, string> => ({
  "app.kubernetes.io/name": "tickhouse",
  [ROLE_LABEL]: role,
});

/** Labels of one member of an ensemble. */
export const memberLabels = (role: Role, member: string, shard?: string): Record<string, string> => ({
  ...roleLabels(role),
  [MEMBER_LABEL]: member,
  ...(shard !== undefined && { [SHARD_LABEL]: shard }),
});

/** Kafka's name of a cluster, 16 bytes of base64url: by it the tools know that they talk to this stack. Pure. */
export function clusterIdOf(stack: string): string {
  const bytes = createHash("sha256").update(`tickhouse/${stack}`).digest().subarray(0, 16);
  // It is an argument of a command: the first character must not be a dash.
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString("base64url");
}
