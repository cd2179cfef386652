/** Which dead letters are meant. */
export interface Filter {
  /** Part of the error, in whatever case. */
  readonly cause?: string | undefined;
  readonly partition?: number | undefined;
  /** Read by the warehouse at this time or later. */
  readonly since?: Date | undefined;
  /** Whether it was sent again; either where it is not given. */
  readonly replayed?: boolean | undefined;
}

/** A condition, and the parameters that it mentions. */
export interface Condition {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The condition that a filter is; `true` for none. Pure. */
export function conditionOf({ cause, partition, since, replayed }: Filter): Condition {
  const conditions: string[] = [];
  const params: Record<string, unknown> = {};
  if (cause !== undefined) {
    conditions.push("positionCaseInsensitiveUTF8(error, {cause:String}) > 0");
    params["cause"] = cause;
  }
  if (partition !== undefined) {
    conditions.push("kafka_partition = {partition:UInt32}");
    params["partition"] = partition;
  }
  if (since !== undefined) {
    conditions.push("ingest_time >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')");
    params["since"] = since.getTime();
  }
  if (replayed !== undefined) conditions.push(replayed ? "replays > 0" : "replays = 0");
  return { sql: conditions.length === 0 ? "true" : conditions.join(" AND "), params };
}
