/** Our own services in the order of their metrics' ports where they share an address. */
export const METRICS_SERVICES = ["api", "bars", "producer"] as const;

export type MetricsService = (typeof METRICS_SERVICES)[number];

/** Where they share an address, each service has the port after the one before it. Pure. */
export const metricsPortOf = (
  { metricsPort }: { readonly metricsPort: number },
  service: MetricsService,
): number => metricsPort + METRICS_SERVICES.indexOf(service);

/** Ports of the metrics where each server has an address of its own: in a stack's network, never published. */
export const METRICS_PORTS = { service: 9464, clickhouse: 9363, keeper: 9363 } as const;
