import { z } from "zod";
import { dnsName, image, oneOf, port, whole } from "../settingKinds.ts";
import { METRICS_SERVICES } from "./ports.ts";

/** Settings of what watches the warehouse. */
export const MONITORING_SETTINGS = {
  monitoring: oneOf("off", "stack", "operator"),
  monitoringNamespace: dnsName("the namespace of Prometheus", "monitoring"),
  metricsPort: port(),
  prometheusPort: port(),
  grafanaPort: port(),
  prometheusImage: image("prom/prometheus:v3.5.0"),
  grafanaImage: image("grafana/grafana:12.1.1"),
  metricsRetentionDays: whole(1, 3_650),
  otlpEndpoint: z
    .string()
    .regex(/^(https?:\/\/[^\s/]+(\/\S*)?)?$/)
    .describe("base URL of an OpenTelemetry collector's OTLP over HTTP, or empty: http://127.0.0.1:4318"),
} as const;

/** What the rules between settings look at. */
interface Settings {
  readonly target: "local" | "docker" | "kubernetes";
  readonly monitoring: "off" | "stack" | "operator";
  readonly monitoringNamespace: string;
  readonly metricsPort: number;
  readonly prometheusPort: number;
  readonly grafanaPort: number;
  readonly otlpEndpoint: string;
}

/** Who in a cluster gets the traces: pods of a namespace, at a port. */
export interface Collector {
  readonly namespace: string;
  readonly port: number;
}

/** `http://NAME.NAMESPACE:PORT` as a Service in a cluster; undefined where it is none. Pure. */
export function collectorOf(otlpEndpoint: string): Collector | undefined {
  const { protocol, hostname, port } = new URL(otlpEndpoint);
  const [, namespace] = /^[a-z0-9-]+\.([a-z0-9-]+)(?:\.svc(?:\..+)?)?$/.exec(hostname) ?? [];
  if (namespace === undefined) return undefined;
  return { namespace, port: Number(port === "" ? (protocol === "https:" ? 443 : 80) : port) };
}

const ACCEPTED: Readonly<Record<Settings["target"], readonly Settings["monitoring"][]>> = {
  local: ["off"],
  docker: ["off", "stack"],
  kubernetes: ["off", "stack", "operator"],
};

/** Rules between settings; each problem begins with the setting's name. Pure. */
export function monitoringProblems(settings: Settings): string[] {
  const { target, monitoring, monitoringNamespace, otlpEndpoint } = settings;
  const accepted = ACCEPTED[target];
  if (!accepted.includes(monitoring))
    return [
      `monitoring is ${monitoring}; accepted on target ${target}: ${accepted.join(", ")}${target === "local" ? " (its metrics are there for a Prometheus of your own)" : ""}`,
    ];
  if (monitoring === "operator" && monitoringNamespace === "")
    return [
      "monitoringNamespace is empty; accepted with monitoring operator: the namespace whose pods may read metrics",
    ];
  // NetworkPolicies let the services out to a namespace, and know no names of other hosts.
  if (target === "kubernetes" && otlpEndpoint !== "" && collectorOf(otlpEndpoint) === undefined)
    return [
      `otlpEndpoint is ${otlpEndpoint}; accepted on target kubernetes: a Service by its name and namespace, at the port of its pods: http://collector.observability:4318`,
    ];
  return [];
}

/** Ports of this machine that are listened on, by the setting that leads to them. Pure. */
export function monitoringPorts(settings: Settings): [string, number][] {
  if (settings.target === "local")
    return METRICS_SERVICES.map((name, index) => [`metricsPort (${name})`, settings.metricsPort + index]);
  if (settings.monitoring !== "stack") return [];
  return [
    ["prometheusPort", settings.prometheusPort],
    ["grafanaPort", settings.grafanaPort],
  ];
}
