/** Prometheus' `job` of a role; the alerts and dashboards go by it. */
export const jobOf = (role: string): string => `tickhouse-${role}`;

/** What Prometheus reads of one role. */
export interface ScrapeJob {
  readonly role: string;
  readonly port: number;
  /** Names of its servers, which become `instance`. */
  readonly servers: readonly string[];
  /** A name that stands for all copies of it, whatever their number; its addresses are looked up. */
  readonly lookUp?: string;
}

/** Often enough for a `rate` over a minute. */
const INTERVAL = "15s";

/** Prometheus' own configuration file, as JSON, which is YAML. Pure. */
export const prometheusConfig = (jobs: readonly ScrapeJob[], rulesFile: string) => ({
  global: { scrape_interval: INTERVAL, evaluation_interval: INTERVAL },
  rule_files: [rulesFile],
  scrape_configs: jobs.map(({ role, port, servers, lookUp }) => ({
    job_name: jobOf(role),
    ...(lookUp === undefined
      ? {
          static_configs: servers.map((name) => ({
            targets: [`${name}:${port}`],
            labels: { instance: name },
          })),
        }
      : { dns_sd_configs: [{ names: [lookUp], type: "A", port, refresh_interval: INTERVAL }] }),
  })),
});
