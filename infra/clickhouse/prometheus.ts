/** What a server tells of itself: gauges, counters since its start, and what it measures now and then. */
export const EXPOSED = { metrics: "true", events: "true", asynchronous_metrics: "true" } as const;

/** Section of a ClickHouse server's or a Keeper's configuration: `/metrics` at a port of its own. Pure. */
export const prometheusEndpoint = (port: number) => ({
  prometheus: { endpoint: "/metrics", port, ...EXPOSED },
});
