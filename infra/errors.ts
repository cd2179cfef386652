/** Every way in which standing the warehouse up can fail, as a closed list. */
export type InfraErrorCode =
  | "CONFIG_INVALID"
  | "PORT_TAKEN"
  | "PROGRAM_MISSING"
  | "PROCESS_FAILED"
  | "STOP_FAILED"
  | "BROKER_UNREACHABLE"
  | "TOPIC_REFUSED"
  | "USER_REFUSED"
  | "NODE_UNREACHABLE"
  | "CERTIFICATE_REFUSED"
  | "LOGIN_REFUSED"
  | "CLUSTER_UNREACHABLE"
  | "ROLLOUT_STUCK"
  | "SQL_FILE_INVALID"
  | "SQL_FAILED"
  | "SCHEMA_CHANGE_REFUSED"
  | "BUILD_MISSING";

/** A failure with a cause and a cure in its message: what failed, the value, what is accepted, the next step. */
export class InfraError extends Error {
  override readonly name = "InfraError";
  constructor(
    readonly code: InfraErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
