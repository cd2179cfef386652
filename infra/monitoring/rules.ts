import type { Alert } from "./alerts/alert.ts";
import { bars } from "./alerts/bars.ts";
import { clickhouse } from "./alerts/clickhouse.ts";
import { completeness } from "./alerts/completeness.ts";
import { keepers } from "./alerts/keepers.ts";
import { operations } from "./alerts/operations.ts";
import { pipeline } from "./alerts/pipeline.ts";

/** Every alert, by group. Names of jobs are those of `scrape.ts`. */
export const GROUPS: Readonly<Record<string, readonly Alert[]>> = {
  completeness,
  pipeline,
  bars,
  clickhouse,
  keepers,
  operations,
};

/** For whoever has no documentation server: a file of this repository. */
const RUNBOOK = "docs/runbook.md";

/** Anchor of an alert's heading in the runbook. */
export const runbookAnchor = ({ alert }: Pick<Alert, "alert">): string => `${RUNBOOK}#${alert.toLowerCase()}`;

/** Groups as Prometheus reads them from a file, and as the specification of a PrometheusRule. Pure. */
export const ruleGroups = (groups: Readonly<Record<string, readonly Alert[]>> = GROUPS) => ({
  groups: Object.entries(groups).map(([name, alerts]) => ({
    name: `tickhouse-${name}`,
    rules: alerts.map(({ alert, expr, for: holds, severity, summary, description }) => ({
      alert,
      expr,
      for: holds,
      labels: { severity },
      annotations: { summary, description, runbook_url: runbookAnchor({ alert }) },
    })),
  })),
});
