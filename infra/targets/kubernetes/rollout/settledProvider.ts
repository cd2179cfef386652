import { type Connection, whereReachable, withNode } from "../../../clickhouse/connection.ts";
import { flushTables } from "../../../clickhouse/flush.ts";
import type { Provider } from "../../../dynamic/provider.ts";
import { InfraError } from "../../../errors.ts";
import { pollUntil } from "../../../poll.ts";
import { type Health, type Replica, reachProblem, syncProblem } from "./health.ts";
import { type Place, untilSettled } from "./member.ts";

export interface SettledInputs {
  readonly place: Place;
  readonly member: string;
  /** Hash of what the member is, and the identity of its StatefulSet: another one of either is waited for again. */
  readonly revision: string;
  readonly uid: string;
  readonly deadlineSeconds: number;
  readonly health: Health;
}

/**
 * Comes after each change of a member: waits until it is ready and in sync. It goes before the member goes for good, and
 * brings a ClickHouse node to rest then: nothing in its memory, and its siblings with all that it has.
 */
export const settledProvider: Provider<SettledInputs, SettledInputs> = {
  check: async () => [],
  diff: async (olds, news) => ({
    changes: textOf(olds) !== textOf(news),
    replaces: olds.member === news.member ? [] : ["member"],
  }),
  create: async (inputs) => ({ id: inputs.member, outs: await settle(inputs) }),
  update: async (_id, olds, news) =>
    olds.revision === news.revision && olds.uid === news.uid ? news : settle(news),
  read: async (_id, props) => props,
  async delete(_id, { health, member }) {
    if (health.kind === "clickhouse") await retire(health.replicas, member);
  },
};

/** What the program gave it, in one order. */
const textOf = ({ place, member, revision, uid, deadlineSeconds, health }: SettledInputs): string =>
  JSON.stringify([place, member, revision, uid, deadlineSeconds, health]);

async function settle(inputs: SettledInputs): Promise<SettledInputs> {
  const { place, member, deadlineSeconds, health } = inputs;
  await untilSettled(place, member, deadlineSeconds);
  // The others of an ensemble may still be coming: only its own state counts here.
  let problem: string | undefined;
  const synced = await pollUntil(deadlineSeconds * 1_000, async () => {
    if (health.kind === "clickhouse")
      problem = (await syncProblem(health, [member])) ?? (await reachProblem(health.replicas, member));
    return problem === undefined ? true : undefined;
  });
  if (synced === undefined)
    throw new InfraError(
      "ROLLOUT_STUCK",
      `${member} is ready and not in sync after ${deadlineSeconds} s: ${problem}`,
    );
  return inputs;
}

/** Flushes a node that is to go, and lets the other replicas of its shard fetch what they lack. */
async function retire(replicas: readonly Replica[], member: string): Promise<void> {
  const leaving = replicas.find((replica) => replica.member === member);
  if (leaving === undefined) return;
  const reached = await whereReachable(() =>
    withNode(leaving.connection, async (session) => {
      await flushTables(session);
      return true;
    }),
  );
  if (reached === undefined) return;
  for (const { shard, connection } of replicas.filter((replica) => replica.member !== member))
    if (shard === leaving.shard) await whereReachable(() => syncReplicas(connection));
}

const syncReplicas = (connection: Connection): Promise<void> =>
  withNode(connection, async (session) => {
    const tables = await session.rows<{ name: string }>(
      "SELECT table AS name FROM system.replicas WHERE database = currentDatabase()",
    );
    for (const table of tables) await session.run("SYSTEM SYNC REPLICA {name:Identifier} LIGHTWEIGHT", table);
  });
