import type * as k8s from "@pulumi/kubernetes";
import { PROMETHEUS } from "../../monitoring/prometheus.ts";
import { ROLE_LABEL, type Role, roleLabels } from "./names.ts";
import { PORTS, type ServerPorts } from "./ports.ts";

type PolicySpec = k8s.types.input.networking.v1.NetworkPolicySpec;

/** Who may open a connection to whom, at which ports. */
export interface Arrow {
  readonly from: Role;
  readonly to: Role;
  readonly ports: readonly number[];
}

/** Whose metrics are read at which port. */
export const METRICS_OF = {
  api: PORTS.serviceMetrics,
  bars: PORTS.serviceMetrics,
  producer: PORTS.serviceMetrics,
  clickhouse: PORTS.clickhouseMetrics,
  keeper: PORTS.keeperMetrics,
} as const satisfies Partial<Record<Role, number>>;

/** The arrows of the diagram; everything else is denied. */
const arrowsOf = (server: ServerPorts): readonly Arrow[] => [
  { from: "producer", to: "kafka", ports: [PORTS.kafka] },
  { from: "clickhouse", to: "kafka", ports: [PORTS.kafka] },
  { from: "kafka", to: "kafka", ports: [PORTS.kafka, PORTS.kafkaController] },
  { from: "clickhouse", to: "keeper", ports: [server.keeper] },
  { from: "keeper", to: "keeper", ports: [PORTS.raft] },
  { from: "clickhouse", to: "clickhouse", ports: [server.native, server.interserver] },
  { from: "bars", to: "clickhouse", ports: [server.http] },
  { from: "api", to: "clickhouse", ports: [server.http] },
  // The audit reads offsets.
  { from: "api", to: "kafka", ports: [PORTS.kafka] },
  ...Object.entries(METRICS_OF).map(
    ([to, port]): Arrow => ({ from: "prometheus", to: to as Role, ports: [port] }),
  ),
  { from: "grafana", to: "prometheus", ports: [PROMETHEUS.port] },
];

/** Who may go out of the namespace, where to. */
export interface Errand {
  readonly from: Role;
  readonly namespace: string;
  readonly port: number;
}

/** Who from outside of the namespace may come in. */
export interface Visitor {
  readonly namespace: string;
  readonly to: Role;
  readonly port: number;
}

const tcp = (ports: readonly number[]) => ports.map((port) => ({ protocol: "TCP", port }));
const podsOf = (role: Role) => ({ podSelector: { matchLabels: { [ROLE_LABEL]: role } } });
const podsIn = (namespace: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
});

/**
 * NetworkPolicies by name: everything denied, then names for everybody, and for each role what comes in and goes out.
 * A port-forward goes in through the kubelet, and stands outside of them. Pure.
 */
export function networkPolicies(
  roles: readonly Role[],
  visitors: readonly Visitor[],
  ports: ServerPorts,
  errands: readonly Errand[] = [],
): Record<string, PolicySpec> {
  const denied = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };
  const names = {
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [
      {
        to: [{ ...podsIn("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
        ports: [
          { protocol: "UDP", port: 53 },
          { protocol: "TCP", port: 53 },
        ],
      },
    ],
  };
  const arrows = arrowsOf(ports).filter(({ from, to }) => roles.includes(from) && roles.includes(to));
  const byRole = roles.map((role) => [
    role,
    {
      podSelector: { matchLabels: roleLabels(role) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        ...arrows
          .filter(({ to }) => to === role)
          .map(({ from, ports }) => ({ from: [podsOf(from)], ports: tcp(ports) })),
        ...visitors
          .filter(({ to }) => to === role)
          .map(({ namespace, port }) => ({ from: [podsIn(namespace)], ports: tcp([port]) })),
      ],
      egress: [
        ...arrows
          .filter(({ from }) => from === role)
          .map(({ to, ports }) => ({ to: [podsOf(to)], ports: tcp(ports) })),
        ...errands
          .filter(({ from }) => from === role)
          .map(({ namespace, port }) => ({ to: [podsIn(namespace)], ports: tcp([port]) })),
      ],
    },
  ]);
  return { "deny-all": denied, names, ...Object.fromEntries(byRole) };
}
