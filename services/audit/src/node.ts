import type { Agent } from "node:http";
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { createRunning } from "@tickhouse/common";
import { AuditError } from "./errors.ts";

export type Params = Readonly<Record<string, string | number | readonly (string | number)[]>>;

/** One ClickHouse node as the audit asks it: reads only, and no setting is sent, so that a read-only user will do. */
export interface Node {
  /** For messages. */
  readonly name: string;
  rows<Row>(sql: string, params?: Params): Promise<Row[]>;
}

export interface NodeOptions {
  readonly name: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** For one question. @default 60000 */
  readonly timeoutMs?: number;
  readonly agent?: Agent;
  /** Authorities by which the node is verified over TLS, PEM; absent for those that Node.js knows. */
  readonly authorities?: string;
}

/** A question that runs when a node is closed has this long to end. */
const CLOSE_DEADLINE_MS = 5_000;

/** Opens a node; connects with the first question. */
export function openNode(options: NodeOptions): Node & { close(): Promise<void> } {
  const { name, url, username, password, database, timeoutMs = 60_000, agent, authorities } = options;
  const client = createClient({
    url,
    username,
    password,
    database,
    application: "tickhouse-audit",
    request_timeout: timeoutMs,
    log: { level: ClickHouseLogLevel.OFF },
    ...(agent && { http_agent: agent }),
    ...(authorities !== undefined && { tls: { ca_cert: Buffer.from(authorities) } }),
  });
  const running = createRunning();
  return {
    name,
    rows: async <Row>(sql: string, params: Params = {}) =>
      running.watch(ask<Row>(client, sql, params)).catch((error: unknown) => {
        throw toAuditError(options, error);
      }),
    async close() {
      await running.ended(CLOSE_DEADLINE_MS);
      await client.close();
    },
  };
}

async function ask<Row>(client: ClickHouseClient, sql: string, params: Params): Promise<Row[]> {
  const answer = await client.query({ query: sql, query_params: { ...params }, format: "JSONEachRow" });
  return answer.json<Row>();
}

/** Server error codes (`src/Common/ErrorCodes.cpp`) that have a cure of their own. */
const SCHEMA_MISSING = new Set(["60", "81", "497"]);
const SHARD_UNREACHABLE = new Set(["209", "210", "279"]);

function toAuditError({ name, url }: NodeOptions, thrown: unknown): AuditError {
  const error = thrown as Error & { code?: string };
  if (!(error instanceof ClickHouseError)) {
    const reason = error.code ?? (error.message === "" ? error.name : error.message);
    return new AuditError("NODE_UNREACHABLE", `${name} does not answer at ${url}: ${reason}`, {
      cause: error,
    });
  }
  if (SHARD_UNREACHABLE.has(error.code))
    return new AuditError("NODE_UNREACHABLE", `${name} does not reach another shard: ${error.message}`, {
      cause: error,
    });
  if (SCHEMA_MISSING.has(error.code))
    return new AuditError(
      "SCHEMA_MISSING",
      `${name} lacks a table that the audit reads, or the user's right to it; apply the schema: ${error.message}`,
      { cause: error },
    );
  return new AuditError("LEDGER_FAILED", `${name}: ${error.message}`, { cause: error });
}
