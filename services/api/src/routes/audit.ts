import { auditJson, sequencesJson } from "@tickhouse/audit";
import { z } from "zod";
import { auditResponse, withSequences } from "../audit/schemas.ts";
import { ApiError } from "../errors.ts";
import { defineRoute } from "./route.ts";

/** Missing ranges that are listed of each partition. */
const LISTED_RANGES = 100;

export const auditRoute = defineRoute({
  path: "/audit",
  access: "data",
  summary: "Whether every message that was read from Kafka is stored",
  description:
    "Kafka's offsets against the ledger of what is stored. For each partition start + stored + deadLettered + pending + " +
    "empty + missing is end. `verdict` is `unknown` where it can't be told, for the reasons in `problems`. " +
    "An audit is made every 5 s at most; whoever asks in between gets the last one.",
  query: z.strictObject({ sequences: withSequences }),
  response: auditResponse,
  async handle({ auditor, query }) {
    if (auditor === undefined)
      throw new ApiError(
        "audit_not_configured",
        "This API was not told where Kafka is; accepted: KAFKA_BOOTSTRAP, KAFKA_TOPIC and KAFKA_GROUP in its environment.",
      );
    const [audit, sequences] = await Promise.all([
      auditor.audit.get(),
      query.sequences ? auditor.sequences.get() : undefined,
    ]);
    return { ...auditJson(audit, LISTED_RANGES), ...(sequences && { sequences: sequencesJson(sequences) }) };
  },
});
