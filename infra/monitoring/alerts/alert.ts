/** Something that somebody is told of. */
export interface Alert {
  /** `Tickhouse…`: a heading of the runbook. */
  readonly alert: string;
  /** PromQL; fires for each series of its answer. */
  readonly expr: string;
  /** How long it has to hold before anybody is told. */
  readonly for: string;
  /** critical wakes somebody; warning waits until morning. */
  readonly severity: "critical" | "warning";
  /** One line: what is wrong. */
  readonly summary: string;
  /** What follows from it, and the first thing to do. Prometheus' templates. */
  readonly description: string;
}
