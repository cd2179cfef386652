import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config.ts";
import { GRAFANA, GRAFANA_ENV, grafanaFiles } from "../../monitoring/grafana.ts";
import { PROMETHEUS, prometheusArgs, prometheusFiles } from "../../monitoring/prometheus.ts";
import type { ScrapeJob } from "../../monitoring/scrape.ts";
import type { Topology } from "../../topology.ts";
import type { MonitoringArgs } from "../target.ts";
import { type Role, roleLabels } from "./names.ts";
import type { Objects } from "./objects.ts";
import { placement } from "./placement.ts";
import { type PodArgs, podTemplate } from "./pod.ts";
import { PORTS } from "./ports.ts";
import { probes } from "./probes.ts";
import { claimSpec, clientServiceSpec } from "./statefulSet.ts";

const SECRETS = "/etc/tickhouse";
const PASSWORD = "grafana-password";
/** Volume of what Prometheus keeps. */
const VOLUME_GB = 20;

/** The name that stands for every copy of a service. */
const lookUpName = (role: string): string => `${role}-metrics`;

/** Members under their own names; services, which may have copies, by a name that is looked up. Pure. */
export const scrapeJobs = (
  { nodes, keepers }: Pick<Topology, "nodes" | "keepers">,
  services: readonly string[],
): ScrapeJob[] => [
  ...services.map((role) => ({
    role,
    port: PORTS.serviceMetrics,
    servers: [],
    lookUp: lookUpName(role),
  })),
  { role: "clickhouse", port: PORTS.clickhouseMetrics, servers: nodes.map(({ name }) => name) },
  { role: "keeper", port: PORTS.keeperMetrics, servers: keepers.map(({ name }) => name) },
];

/** Addresses of all copies, those that are not ready too: they are the ones to be looked at. Pure. */
export const lookUpSpec = (role: Role): k8s.types.input.core.v1.ServiceSpec => ({
  ...clientServiceSpec(roleLabels(role), { metrics: PORTS.serviceMetrics }),
  clusterIP: "None",
  publishNotReadyAddresses: true,
});

type Common = Pick<PodArgs, "imagePullSecret" | "graceSeconds" | "placement" | "labels" | "name">;
const common = (name: "prometheus" | "grafana", config: Pick<Config, "imagePullSecret">): Common => ({
  name,
  labels: roleLabels(name),
  imagePullSecret: config.imagePullSecret,
  graceSeconds: 60,
  placement: placement("preferred", roleLabels(name), roleLabels(name)),
});

/** The pod of Prometheus. Pure. */
export const prometheusPod = (
  config: Pick<Config, "imagePullSecret" | "prometheusImage" | "metricsRetentionDays">,
  configMap: string,
  claim: string,
): PodArgs => ({
  ...common("prometheus", config),
  image: config.prometheusImage,
  user: Number(PROMETHEUS.user),
  args: prometheusArgs(config.metricsRetentionDays),
  env: {},
  ports: { http: PROMETHEUS.port },
  configMaps: { [configMap]: PROMETHEUS.etc },
  claims: { [claim]: PROMETHEUS.data },
  scratch: ["/tmp"],
  probes: probes({ httpGet: { path: PROMETHEUS.readyPath, port: PROMETHEUS.port } }),
  cpuMillicores: PROMETHEUS.cpuMillicores,
  memoryMb: PROMETHEUS.memoryMb,
});

/** The pod of Grafana: all that it shows is provisioned, so it keeps nothing. Pure. */
export const grafanaPod = (
  config: Pick<Config, "imagePullSecret" | "grafanaImage">,
  files: Readonly<Record<string, string>>,
  secret: string,
): PodArgs => ({
  ...common("grafana", config),
  image: config.grafanaImage,
  user: Number(GRAFANA.user),
  env: { ...GRAFANA_ENV, [GRAFANA.passwordVariable]: `${SECRETS}/${PASSWORD}` },
  ports: { http: GRAFANA.port },
  configMaps: Object.fromEntries(
    Object.entries(files).map(([folder, name]) => [name, `${GRAFANA.provisioning}/${folder}`]),
  ),
  secrets: { [secret]: SECRETS },
  scratch: ["/tmp", GRAFANA.data, "/var/log/grafana"],
  probes: probes({ httpGet: { path: GRAFANA.readyPath, port: GRAFANA.port } }),
  cpuMillicores: GRAFANA.cpuMillicores,
  memoryMb: GRAFANA.memoryMb,
});

/** Prometheus and Grafana, each a Deployment of one. */
export function createMonitoring(
  objects: Objects,
  { config, topology, services, grafanaPassword }: MonitoringArgs & { config: Config; topology: Topology },
): void {
  for (const role of services) createService(objects, lookUpName(role), role, lookUpSpec(role));
  const labels = roleLabels("prometheus");
  const claim = new k8s.core.v1.PersistentVolumeClaim(
    "prometheus-data",
    {
      metadata: objects.metadata("data-prometheus", labels, { "pulumi.com/skipAwait": "true" }),
      spec: claimSpec(VOLUME_GB, config.storageClass),
    },
    objects.options(objects.keeps()),
  );
  const rules = objects.plainFiles(
    "prometheus-config",
    labels,
    prometheusFiles(scrapeJobs(topology, services)),
  );
  deploy(
    objects,
    "prometheus",
    pulumi.all([rules, claim.metadata.name]).apply(([name, volume]) => prometheusPod(config, name, volume)),
  );
  const files = Object.entries(grafanaFiles(`http://prometheus:${PROMETHEUS.port}`)).map(
    ([folder, each]) =>
      [folder, objects.plainFiles(`grafana-${folder}`, roleLabels("grafana"), each)] as const,
  );
  const secret = objects.secretFiles("grafana-files", roleLabels("grafana"), { [PASSWORD]: grafanaPassword });
  deploy(
    objects,
    "grafana",
    pulumi
      .all([pulumi.all(Object.fromEntries(files)), secret])
      .apply(([names, secretName]) => grafanaPod(config, names, secretName)),
  );
}

function deploy(objects: Objects, name: "prometheus" | "grafana", pod: pulumi.Output<PodArgs>): void {
  const labels = roleLabels(name);
  const ports = { http: name === "prometheus" ? PROMETHEUS.port : GRAFANA.port };
  createService(objects, name, name, clientServiceSpec(labels, ports));
  new k8s.apps.v1.Deployment(
    name,
    {
      metadata: objects.metadata(name, labels),
      spec: pod.apply((args) => ({
        replicas: 1,
        selector: { matchLabels: labels },
        revisionHistoryLimit: 3,
        // Two would fight over one volume.
        strategy: { type: "Recreate" },
        template: podTemplate(args),
      })),
    },
    objects.podOptions([]),
  );
}

function createService(
  objects: Objects,
  name: string,
  role: Role,
  spec: k8s.types.input.core.v1.ServiceSpec,
): void {
  new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata: objects.metadata(
        name,
        { ...roleLabels(role), "tickhouse.com/service": "client" },
        {
          "pulumi.com/skipAwait": "true",
        },
      ),
      spec,
    },
    objects.options(),
  );
}
