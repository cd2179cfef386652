import { type Connection, whereReachable, withNode } from "../../../clickhouse/connection.ts";
import { type KafkaConnection, withAdmin } from "../../../kafka/connection.ts";

/** A ClickHouse member as the others see it. */
export interface Replica {
  readonly member: string;
  readonly shard: string;
  readonly connection: Connection;
  /** Where the other nodes ask it. */
  readonly native: { readonly port: number; readonly secure: boolean };
}

/** How an ensemble tells that its members are in sync, beyond that their pods are ready. */
export type Health =
  /** A Keeper is ready only as a part of a quorum. */
  | { readonly kind: "keeper" }
  | { readonly kind: "kafka"; readonly kafka: KafkaConnection }
  | { readonly kind: "clickhouse"; readonly replicas: readonly Replica[] };

/** A replica that is further behind than this is not one to rely on. */
const MOST_DELAY_SECONDS = 5;

/** What keeps members from being in sync; undefined when nothing does. */
export async function syncProblem(health: Health, members: readonly string[]): Promise<string | undefined> {
  switch (health.kind) {
    case "keeper":
      return undefined;
    case "kafka":
      return members.length === 0 ? undefined : kafkaProblem(health.kafka);
    case "clickhouse": {
      const asked = health.replicas.filter(({ member }) => members.includes(member));
      const problems = await Promise.all(asked.map(replicaProblem));
      return problems.find((problem) => problem !== undefined);
    }
  }
}

/** As an operator of Kafka asks before it restarts a broker: is every copy of every partition in sync? */
async function kafkaProblem(kafka: KafkaConnection): Promise<string | undefined> {
  const behind = await withAdmin(
    kafka,
    async (admin) => {
      const { topics } = await admin.fetchTopicMetadata();
      return topics.flatMap(({ name, partitions }) =>
        partitions
          .filter(({ isr, replicas }) => isr.length < replicas.length)
          .map(
            ({ partitionId, isr, replicas }) => `${name}/${partitionId}: ${isr.length} of ${replicas.length}`,
          ),
      );
    },
    3_000,
  ).catch((error: Error) => [error.message]);
  return behind.length === 0
    ? undefined
    : `Kafka's copies are not in sync (${behind.slice(0, 5).join(", ")})`;
}

async function replicaProblem({ member, connection }: Replica): Promise<string | undefined> {
  const rows = await whereReachable(() =>
    withNode(
      connection,
      (session) =>
        session.rows<{ readonly: string; delay: string }>(
          `SELECT countIf(is_readonly) AS readonly, max(absolute_delay) AS delay FROM system.replicas
           WHERE database = {database:String}`,
          { database: connection.database },
        ),
      "default",
    ),
  );
  const [row] = rows ?? [];
  if (row === undefined) return `${member} does not answer`;
  if (Number(row.readonly) > 0) return `${member} has ${row.readonly} table(s) that can't be written`;
  if (Number(row.delay) > MOST_DELAY_SECONDS) return `${member} is ${row.delay} s behind its shard`;
  return undefined;
}

/**
 * Whether the other nodes that are up can ask a member: its name leads to another pod since it was restarted, and they, or
 * the cluster's own DNS, may remember the old one for a while. Queries over all shards would fail there.
 */
export async function reachProblem(
  replicas: readonly Replica[],
  member: string,
): Promise<string | undefined> {
  const asked = replicas.find((replica) => replica.member === member);
  if (asked === undefined) return undefined;
  const problems = await Promise.all(
    replicas.filter((other) => other !== asked).map((other) => askThrough(other, asked)),
  );
  return problems.find((problem) => problem !== undefined);
}

async function askThrough(from: Replica, to: Replica): Promise<string | undefined> {
  // The member's password has changed already, whatever the one that asks still has.
  const { username, password } = to.connection;
  const answers = await whereReachable(() =>
    withNode(from.connection, (session) => session.rows("SELECT 1"), "default"),
  );
  if (answers === undefined) return undefined;
  try {
    await withNode(
      from.connection,
      async (session) => {
        // A server may be configured to remember addresses, and an attempt that times out does not make it forget.
        await session.run("SYSTEM DROP DNS CACHE");
        await session.rows(
          `SELECT 1 FROM ${to.native.secure ? "remoteSecure" : "remote"}({address:String}, 'system', 'one', {username:String}, {password:String})`,
          { address: `${to.member}:${to.native.port}`, username, password },
        );
      },
      "default",
    );
    return undefined;
  } catch (error) {
    return `${from.member} does not reach ${to.member}: ${(error as Error).message.slice(0, 300)}`;
  }
}
