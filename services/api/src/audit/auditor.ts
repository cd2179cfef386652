import {
  type Audit,
  AuditError,
  type AuditErrorCode,
  audit,
  type KafkaOptions,
  readSequences,
  type Sequences,
} from "@tickhouse/audit";
import { openNodes } from "../clickhouse/nodes.ts";
import type { ClickHouseConfig } from "../config.ts";
import { ApiError, type ErrorCode } from "../errors.ts";
import { createShared, type Shared } from "./shared.ts";

/** However often it is asked for, an audit is made at most this often. */
const AUDIT_EVERY_MS = 5_000;
/** Sequences take more to read, and change little. */
const SEQUENCES_EVERY_MS = 60_000;

/** Audits for everybody who asks: requests and gauges share them. */
export interface Auditor {
  readonly audit: Shared<Audit>;
  readonly sequences: Shared<Sequences>;
  close(): Promise<void>;
}

/** Opens a way to each node; nothing is asked before the first audit. */
export function createAuditor(clickhouse: ClickHouseConfig, kafka: KafkaOptions): Auditor {
  const nodes = openNodes(clickhouse, clickhouse.queryTimeoutMs);
  const [first] = nodes;
  if (first === undefined)
    throw new Error("an audit needs a ClickHouse node; accepted: CLICKHOUSE_URLS with one at least");
  return {
    audit: createShared(() => audit({ kafka, nodes }).catch(refuse), AUDIT_EVERY_MS),
    sequences: createShared(() => readSequences(first).catch(refuse), SEQUENCES_EVERY_MS),
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}

const REASONS: Readonly<Record<AuditErrorCode, readonly [ErrorCode, string]>> = {
  KAFKA_UNREACHABLE: ["kafka_unreachable", "Kafka does not answer; try again."],
  KAFKA_FAILED: ["kafka_unreachable", "Kafka could not tell its offsets; try again."],
  TOPIC_MISSING: ["schema_missing", "Kafka has no such topic; apply the schema."],
  NODE_UNREACHABLE: [
    "clickhouse_unreachable",
    "A ClickHouse node does not answer, so nobody knows what it holds; the log line with this request id names it.",
  ],
  SCHEMA_MISSING: [
    "schema_missing",
    "A table that the audit reads is missing, or not granted; apply the schema.",
  ],
  LEDGER_FAILED: [
    "query_failed",
    "ClickHouse could not answer; the log line with this request id has its reason.",
  ],
  DOES_NOT_ADD_UP: [
    "internal",
    "The audit does not add up; the log line with this request id has its numbers.",
  ],
};

/** What a failed audit means for the client. The audit's own text stays in the cause: it names addresses. */
function refuse(thrown: unknown): never {
  if (!(thrown instanceof AuditError)) throw thrown;
  const [code, detail] = REASONS[thrown.code];
  throw new ApiError(code, detail, { cause: thrown });
}
