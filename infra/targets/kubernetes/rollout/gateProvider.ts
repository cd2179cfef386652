import { whereReachable, withNode } from "../../../clickhouse/connection.ts";
import type { Provider } from "../../../dynamic/provider.ts";
import { InfraError } from "../../../errors.ts";
import { pollUntil } from "../../../poll.ts";
import { type Health, type Replica, syncProblem } from "./health.ts";
import { type Place, readMember, tellPod } from "./member.ts";

export interface GateInputs {
  readonly place: Place;
  /** The member whose turn it is. */
  readonly member: string;
  /** The other members of its ensemble, some of which may not be there yet. */
  readonly others: readonly string[];
  /** Hash of what the member is to become. */
  readonly revision: string;
  /** Whether it waits at all. */
  readonly closed: boolean;
  readonly deadlineSeconds: number;
  readonly health: Health;
}

/**
 * Stands before each change of a member: lets it through when all others are up and in sync, so that one is down at a
 * time. A member that is made for the first time takes nothing away, and passes.
 */
export const gateProvider: Provider<GateInputs, GateInputs> = {
  check: async () => [],
  /** Asks the cluster too: a run that died behind the gate has left the member as it was, and the gate open. */
  async diff(olds, news) {
    const live = await readMember(news.place, news.member).catch(() => "absent" as const);
    const ahead = live !== "absent" && live.revision !== news.revision;
    return { changes: ahead || textOf(olds) !== textOf(news), replaces: [] };
  },
  create: async (inputs) => ({ id: inputs.member, outs: await pass(inputs) }),
  update: async (_id, _olds, news) => pass(news),
  read: async (_id, props) => props,
  /** The member is gone by now, and does not come back: its shard forgets it. */
  delete: async (_id, { health, member }) => {
    if (health.kind === "clickhouse") await forgetReplica(health.replicas, member);
  },
};

/** What the program gave it, in one order. */
const textOf = ({ place, member, others, revision, closed, deadlineSeconds, health }: GateInputs): string =>
  JSON.stringify([place, member, others, revision, closed, deadlineSeconds, health]);

async function pass(inputs: GateInputs): Promise<GateInputs> {
  const { place, member, others, revision, closed, deadlineSeconds, health } = inputs;
  const own = await readMember(place, member);
  if (!closed || own === "absent" || own.revision === revision) return inputs;
  let problem = "";
  const open = await pollUntil(deadlineSeconds * 1_000, async () => {
    const states = await Promise.all(
      others.map(async (name) => ({ name, state: await readMember(place, name) })),
    );
    const there = states.filter(({ state }) => state !== "absent");
    const restless = there.find(({ state }) => state !== "absent" && !state.settled);
    problem =
      restless === undefined
        ? ((await syncProblem(
            health,
            there.map(({ name }) => name),
          )) ?? "")
        : `${restless.name} is not ready: ${await tellPod(place, restless.name)}`;
    return problem === "" ? true : undefined;
  });
  if (open === undefined)
    throw new InfraError(
      "ROLLOUT_STUCK",
      `${member} was not changed: ${problem}, for ${deadlineSeconds} s; ` +
        "mend that and run it again, or set tickhouse:rolloutGate off to change it all the same",
    );
  return inputs;
}

/** Takes a replica that has gone out of its shard's tables, so that they do not keep parts for it. */
async function forgetReplica(replicas: readonly Replica[], member: string): Promise<void> {
  const gone = replicas.find((replica) => replica.member === member);
  if (gone === undefined || !/^clickhouse(-\d+)+$/.test(member)) return;
  const siblings = replicas.filter((replica) => replica.shard === gone.shard && replica.member !== member);
  for (const { connection } of siblings) {
    const done = await whereReachable(() =>
      withNode(connection, async (session) => {
        // A literal: the statement takes no parameter. The name is one of the program's own.
        await session.run(`SYSTEM DROP REPLICA '${member}' FROM DATABASE {database:Identifier}`, {
          database: connection.database,
        });
        return true;
      }),
    );
    if (done) return;
  }
}
