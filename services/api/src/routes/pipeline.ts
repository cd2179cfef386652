import { AuditError } from "@tickhouse/audit";
import { z } from "zod";
import type { Auditor } from "../audit/auditor.ts";
import type { Shared } from "../audit/shared.ts";
import { ApiError } from "../errors.ts";
import { pipelineJson } from "../pipeline/answer.ts";
import { pipelineResponse } from "../pipeline/schemas.ts";
import { defineRoute } from "./route.ts";

/** A new audit begins behind an answer when the last one is older. */
const AUDIT_AFTER_MS = 60_000;

export const pipelineRoute = defineRoute({
  path: "/pipeline",
  access: "data",
  summary: "How far each stage is behind, and how fast it goes",
  description:
    "From the exchanges to the bars. Latencies: `source` from the exchange's time to the warehouse's, of live ticks (one " +
    "that was older than an hour when it was taken in was replayed, and counts neither there nor in the rate of `source`); " +
    "`ticks` from there to when it can be queried, an upper bound seen by asking again and again while somebody looks here, " +
    "so null at first; `bars` from the last change of a minute to its bar. `dedup` counts duplicates that are not merged yet.",
  query: z.strictObject({}),
  response: pipelineResponse,
  async handle({ pipeline, auditor }) {
    const problems: string[] = [];
    const told = <Value>(shared: Shared<Value>, what: string): Promise<Value | undefined> =>
      shared.get().catch((error: unknown) => {
        problems.push(`${what} not known: ${reasonOf(error)}`);
        return undefined;
      });
    const visible = pipeline.visible.ask();
    const [offsets, nodes, deadLetters, recent, barDelay] = await Promise.all([
      pipeline.offsets && told(pipeline.offsets, "Kafka's offsets are"),
      pipeline.nodes.get(),
      told(pipeline.deadLetters, "dead letters are"),
      told(pipeline.recent, "rates are"),
      told(pipeline.barDelay, "the delay of bars is"),
    ]);
    if (pipeline.offsets === undefined)
      problems.push(
        "Kafka's offsets are not known: this API was not told where Kafka is; accepted: KAFKA_BOOTSTRAP, KAFKA_TOPIC and KAFKA_GROUP in its environment",
      );
    for (const { name, held } of nodes)
      if (held === undefined)
        problems.push(`${name} does not answer: what it holds, in memory too, is not counted`);
    const audit = lastAudit(auditor, problems);
    const known = { offsets, nodes, deadLetters, recent, barDelay, visible, audit };
    return pipelineJson(known, problems, new Date().toISOString());
  },
});

/** The last audit, whoever asked for it; waits for none. */
function lastAudit(auditor: Auditor | undefined, problems: string[]) {
  const last = auditor?.audit.last;
  if (auditor !== undefined && (last === undefined || Date.now() - last.endedMs > AUDIT_AFTER_MS))
    auditor.audit.get().catch(() => {});
  if (last?.ok === false) problems.push(`the last audit could not be made: ${reasonOf(last.error)}`);
  return last?.ok === true ? last.value : undefined;
}

/** Without addresses, which the errors' own texts name. */
function reasonOf(error: unknown): string {
  if (error instanceof ApiError) return error.detail;
  if (error instanceof AuditError)
    return error.code === "TOPIC_MISSING" ? "Kafka has no such topic" : "Kafka does not answer";
  return "an unexpected error";
}
