import { type Node, openNode } from "@tickhouse/audit";
import type { ClickHouseConfig, NodeIdentity } from "../config.ts";
import { createAgent } from "./agent.ts";

/** One node by itself: what it alone can tell of. */
export type OpenNode = Node & NodeIdentity & { close(): Promise<void> };

/** A way to each node; connects with the first question. */
export function openNodes(config: ClickHouseConfig, timeoutMs: number): OpenNode[] {
  const { urls, username, password, database, nodes } = config;
  return urls.map((url, index) => {
    const identity = nodes?.[index] ?? { name: new URL(url).host, shard: null, replica: null };
    const { name } = identity;
    const node = openNode({
      name,
      url,
      username,
      password,
      database,
      timeoutMs,
      agent: createAgent(url),
    });
    return { ...identity, ...node };
  });
}
