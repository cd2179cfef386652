import type { Connection } from "../../../infra/clickhouse/connection.ts";
import type { StackOutputs } from "../../outputsOf.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { StoredMessage } from "../topic.ts";
import { compareAnsweredBars } from "./bars.ts";
import { compareDeadLetters, storedDeadLetters } from "./deadLetters.ts";
import type { Deviation } from "./deviation.ts";
import { compareTicks, storedTicks } from "./ticks.ts";

/** Everything that can be asked of the warehouse, against the ledger. */
export async function compareEverything(
  { nodes, outputs }: { readonly nodes: readonly Connection[]; readonly outputs: StackOutputs },
  symbols: readonly string[],
  ledger: Ledger,
  messages: readonly StoredMessage[],
): Promise<{ bars: number; deviations: Deviation[] }> {
  const [node] = nodes;
  if (node === undefined) throw new Error("the stack has no ClickHouse node");
  const ticks = compareTicks(await storedTicks(node, symbols), ledger);
  const letters = compareDeadLetters(await storedDeadLetters(node, outputs.kafkaTopic, messages), ledger);
  const bars = await compareAnsweredBars(outputs, symbols, ledger.ticks.values());
  return { bars: bars.compared, deviations: [...ticks, ...letters, ...bars.deviations] };
}
