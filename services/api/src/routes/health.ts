import { z } from "zod";
import { ApiError } from "../errors.ts";
import { REQUIRED_TABLES, visibleTables } from "../queries/readiness.ts";
import { defineRoute } from "./route.ts";

/** Not strict: load balancers add parameters of their own. */
const query = z.object({});

export const healthLive = defineRoute({
  path: "/health/live",
  access: "open",
  summary: "The process runs",
  query,
  response: z.object({ status: z.literal("live") }).meta({ id: "Live" }),
  handle: async () => ({ status: "live" as const }),
});

export const healthReady = defineRoute({
  path: "/health/ready",
  access: "open",
  summary: "A ClickHouse node answers and holds the tables that the API reads",
  query,
  response: z.object({ status: z.literal("ready"), tables: z.array(z.string()) }).meta({ id: "Ready" }),
  async handle({ warehouse, lifecycle, signal, requestId }) {
    if (lifecycle.draining) throw new ApiError("draining", "This process is shutting down.");
    const { rows } = await warehouse.query(
      visibleTables,
      { tables: [...REQUIRED_TABLES] },
      { signal, requestId },
    );
    const missing = REQUIRED_TABLES.filter((table) => !rows.some((row) => row.name === table));
    if (missing.length > 0) {
      throw new ApiError(
        "schema_missing",
        `Missing, or not granted to the API's user: ${missing.join(", ")}; apply the schema.`,
      );
    }
    return { status: "ready" as const, tables: [...REQUIRED_TABLES] };
  },
});
