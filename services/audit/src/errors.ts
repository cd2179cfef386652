/** Every way in which an audit can fail to be made, as a closed list. */
export type AuditErrorCode =
  | "KAFKA_UNREACHABLE"
  | "KAFKA_FAILED"
  | "TOPIC_MISSING"
  | "NODE_UNREACHABLE"
  | "SCHEMA_MISSING"
  | "LEDGER_FAILED"
  | "DOES_NOT_ADD_UP";

/** The audit could not be made: not a loss, and not the absence of one. The message says what to do. */
export class AuditError extends Error {
  override readonly name = "AuditError";
  constructor(
    readonly code: AuditErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
