import type { Connection } from "../clickhouse/connection.ts";
import { whereReachable, withNode } from "../clickhouse/connection.ts";
import type { Provider } from "../dynamic/provider.ts";
import { pausedTables, resumeConsumption } from "./apply/consumption.ts";

export interface ConsumptionInputs {
  readonly cluster: readonly Connection[];
  /** Hash over the revisions of all SQL files on all nodes: another one means that consumption was paused. */
  readonly revision: string;
}

export type ConsumptionOutputs = ConsumptionInputs & {
  /** Nodes whose Kafka tables are detached; none after an update. */
  readonly pausedNodes: readonly string[];
};

/** The last step of the schema: every node consumes. */
export const consumptionProvider: Provider<ConsumptionInputs, ConsumptionOutputs> = {
  check: async () => [],
  async diff(olds, news) {
    const changed =
      JSON.stringify([olds.cluster, olds.revision]) !== JSON.stringify([news.cluster, news.revision]);
    return { changes: changed || olds.pausedNodes.length > 0 };
  },
  create: async (inputs) => ({ id: "consumption", outs: await resume(inputs) }),
  update: (_id, _olds, news) => resume(news),
  async read(_id, props) {
    const paused = await Promise.all(
      props.cluster.map(async (node) => ((await isPaused(node)) ? [node.node] : [])),
    );
    return { ...props, pausedNodes: paused.flat() };
  },
  // Whatever consumes goes with the nodes.
  delete: async () => undefined,
};

async function resume(inputs: ConsumptionInputs): Promise<ConsumptionOutputs> {
  await resumeConsumption(inputs.cluster);
  return { ...inputs, pausedNodes: [] };
}

/** A node that is down is not paused: it consumes when it is back. */
async function isPaused(node: Connection): Promise<boolean> {
  const paused = await whereReachable(() => withNode(node, pausedTables, "default"));
  return paused !== undefined && paused.length > 0;
}
