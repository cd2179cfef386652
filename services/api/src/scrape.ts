import type { Logger } from "@tickhouse/common";
import type { Auditor } from "./audit/auditor.ts";
import { createAuditGauges } from "./audit/gauges.ts";
import type { Metrics } from "./metrics.ts";
import { createPipelineGauges } from "./pipeline/gauges.ts";
import type { Pipeline } from "./pipeline/pipeline.ts";

export interface ScrapeDeps {
  readonly metrics: Metrics;
  readonly auditor: Auditor | undefined;
  readonly pipeline: Pipeline;
  readonly topic: string | undefined;
  readonly logger: Logger;
}

/** What is to be called before the metrics are told: shows what is known last, and asks anew behind it where that is old. */
export function createScrape({ metrics, auditor, pipeline, topic, logger }: ScrapeDeps): () => void {
  const { registry } = metrics;
  const audit =
    auditor &&
    createAuditGauges(registry, auditor, (error) =>
      logger.warn({ err: error }, "the audit for the metrics could not be made"),
    );
  const gauges = createPipelineGauges(registry, pipeline, topic);
  return () => {
    audit?.scrape();
    gauges.scrape();
  };
}
