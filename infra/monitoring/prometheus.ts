import { ruleGroups } from "./rules.ts";
import { prometheusConfig, type ScrapeJob } from "./scrape.ts";

/** The official image's user `nobody`, its port, and where it keeps things. */
export const PROMETHEUS = {
  user: "65534",
  port: 9090,
  etc: "/etc/prometheus",
  data: "/prometheus",
  readyPath: "/-/ready",
  memoryMb: 1_024,
  cpuMillicores: 100,
} as const;

/** Its command line: it is reached from loopback or through a port-forward, and nothing may change it there. Pure. */
export const prometheusArgs = (retentionDays: number): string[] => [
  `--config.file=${PROMETHEUS.etc}/prometheus.yml`,
  `--storage.tsdb.path=${PROMETHEUS.data}`,
  `--storage.tsdb.retention.time=${retentionDays}d`,
];

/** Its files by their name: JSON is YAML. Pure. */
export const prometheusFiles = (jobs: readonly ScrapeJob[]): Record<string, string> => ({
  "prometheus.yml": JSON.stringify(prometheusConfig(jobs, `${PROMETHEUS.etc}/rules.yml`), null, 1),
  "rules.yml": JSON.stringify(ruleGroups(), null, 1),
});
