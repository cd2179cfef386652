import { setTimeout as lasting } from "node:timers/promises";
import { type Connection, whereReachable, withNode } from "../../../infra/clickhouse/connection.ts";
import type { Restoration } from "../restoration.ts";
import type { Sender } from "../sender.ts";
import type { PlannedFault } from "./plan.ts";
import type { Servers } from "./servers.ts";

/** What a fault is done with. */
export interface Battlefield {
  readonly servers: Servers;
  readonly nodes: readonly Connection[];
  readonly sender: Sender;
  readonly restoration: Restoration;
  /** Aborted when the drill ends early: nothing is hurt from then on. */
  readonly signal: AbortSignal;
}

/** When a fault began, and when all was put right again; ms since 1970. */
export interface Struck {
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Waits for a fault's moment, hurts, and puts right again. */
export async function strike(fault: PlannedFault, field: Battlefield): Promise<Struck> {
  await field.sender.untilAcked(fault.atLines);
  field.signal.throwIfAborted();
  const { hurt, heal } = deedsOf(fault, field);
  const restore = field.restoration.promise(`${fault.kind} ${fault.victim}`, heal);
  const startedMs = Date.now();
  await hurt();
  await lasting(fault.forMs);
  await restore();
  return { startedMs, endedMs: Date.now() };
}

interface Deeds {
  hurt(): Promise<void>;
  /** May be called where nothing is hurt any more. */
  heal(): Promise<void>;
}

function deedsOf({ kind, victim }: PlannedFault, { servers, nodes, sender }: Battlefield): Deeds {
  switch (kind) {
    // Whoever keeps the sender starts it again.
    case "kill-producer":
      return { hurt: async () => sender.signal("SIGKILL"), heal: async () => undefined };
    case "pause-producer":
      return { hurt: async () => sender.signal("SIGSTOP"), heal: async () => sender.signal("SIGCONT") };
    case "rebalance":
      return rebalance(nodes.find(({ node }) => node === victim));
    case "kill-clickhouse":
    case "kill-kafka":
    case "kill-keeper":
      return { hurt: () => servers.kill(victim), heal: () => servers.revive(victim) };
    case "pause-clickhouse":
    case "pause-kafka":
    case "pause-keeper":
      return { hurt: () => servers.pause(victim), heal: () => servers.resume(victim) };
  }
}

/** A node's consumers go and come: their partitions move to the other nodes and back. */
function rebalance(node: Connection | undefined): Deeds {
  if (node === undefined) throw new Error("there is no node to rebalance");
  return {
    hurt: () => withNode(node, (session) => session.run("DETACH TABLE IF EXISTS ticks_kafka SYNC")),
    // A node that was killed meanwhile comes back with its consumers.
    heal: async () => {
      await whereReachable(() =>
        withNode(node, (session) => session.run("ATTACH TABLE IF NOT EXISTS ticks_kafka")),
      );
    },
  };
}
