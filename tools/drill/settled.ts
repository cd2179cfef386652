import { type Connection, whereReachable, withNode } from "../../infra/clickhouse/connection.ts";
import { pollUntil } from "../../infra/poll.ts";
import { type ApiAccess, askApi } from "../api.ts";
import type { Offsets, Topic } from "./topic.ts";

const CONSUMED_DEADLINE_MS = 180_000;
const BARS_DEADLINE_MS = 120_000;
const API_DEADLINE_MS = 60_000;

/** A stack at which a drill looks. */
export interface Watched {
  readonly topic: Topic;
  readonly nodes: readonly Connection[];
  readonly api: ApiAccess;
  /** Brings servers back that fell by themselves. */
  raiseFallen(): Promise<void>;
}

/** Waits until everything below these offsets is committed and the API answers. */
export async function untilConsumed({ topic, api, raiseFallen }: Watched, ends: Offsets): Promise<void> {
  let lag = 0n;
  const consumed = await pollUntil(CONSUMED_DEADLINE_MS, async () => {
    await raiseFallen();
    lag = await topic.lag(ends);
    return lag === 0n ? true : undefined;
  });
  if (consumed === undefined)
    throw new Error(
      `${lag} message(s) are not committed by the warehouse after ${CONSUMED_DEADLINE_MS / 1000} s; what stops it is in the ClickHouse nodes' logs`,
    );
  let last = "";
  const answers = await pollUntil(API_DEADLINE_MS, async () => {
    const response = await askApi(api, "/health/ready").catch((error: Error) => error);
    last = response instanceof Error ? response.message : String(response.status);
    return !(response instanceof Error) && response.ok ? true : undefined;
  });
  if (answers === undefined)
    throw new Error(`${api.apiUrl}/health/ready says ${last} after ${API_DEADLINE_MS / 1000} s`);
}

/** Waits until what was consumed can be queried: nothing in buffers, no exact bar behind its trades. */
export async function untilSettled({ nodes, raiseFallen }: Watched): Promise<void> {
  await raiseFallen();
  // The throughput setting keeps rows in memory for a minute; nobody waits for that.
  for (const node of nodes) await withNode(node, (session) => session.run("OPTIMIZE TABLE ticks_buffer"));
  const [first] = nodes;
  if (first === undefined) throw new Error("the stack has no ClickHouse node");
  let pending = "unknown";
  const settled = await pollUntil(BARS_DEADLINE_MS, async () => {
    await raiseFallen();
    const rows = await whereReachable(() =>
      withNode(first, (session) => session.rows<{ pending: string }>(PENDING_BARS)),
    );
    pending = String(rows?.[0]?.pending ?? "unknown");
    return pending === "0" ? true : undefined;
  });
  if (settled === undefined)
    throw new Error(
      `${pending} exact bar(s) are not computed after ${BARS_DEADLINE_MS / 1000} s; the bars service's log says why`,
    );
}

/** Looks at the whole stack, once more where a server fell by itself in the middle of it. */
export async function onceReachable<T>({ raiseFallen }: Watched, look: () => Promise<T>): Promise<T> {
  let last: unknown;
  const seen = await pollUntil(API_DEADLINE_MS, async () => {
    try {
      return { value: await look() };
    } catch (error) {
      last = error;
      await raiseFallen();
      return undefined;
    }
  });
  if (seen === undefined)
    throw new Error(
      `nothing could be compared within ${API_DEADLINE_MS / 1000} s: ${(last as Error).message}`,
      {
        cause: last,
      },
    );
  return seen.value;
}

const PENDING_BARS = `
  SELECT count() AS pending FROM
  (
    SELECT symbol, minute FROM bar_changes_all GROUP BY symbol, minute HAVING sum(arrived) > max(computed)
  )`;
