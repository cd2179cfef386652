import type { PartitionOffsets } from "@tickhouse/audit";
import { readKafka } from "@tickhouse/audit";
import { type Summary, summarize } from "@tickhouse/dead-letters";
import { createShared, type Shared } from "../audit/shared.ts";
import { openNodes } from "../clickhouse/nodes.ts";
import type { Warehouse } from "../clickhouse/query.ts";
import { toTheEnd } from "../clickhouse/toTheEnd.ts";
import type { ClickHouseConfig, KafkaConfig } from "../config.ts";
import { createReader } from "../deadLetters/reader.ts";
import { type NodeState, readNodes } from "./nodes.ts";
import {
  type BarDelayRow,
  barDelay,
  recentBars,
  recentDedup,
  recentTicks,
  type TicksRow,
} from "./queries.ts";
import { createSampler, type Sampler } from "./sampler.ts";

/** However many look on, the parts are asked at most this often. */
const EVERY_MS = 1_000;
/** Kafka, and all dead letters, are asked less often: they take more. */
const SELDOM_MS = 2_000;
/** Kafka, or a node, that takes longer is down. */
const DEADLINE_MS = 3_000;

/** What the last minute was like. */
export interface Recent {
  readonly ticks: TicksRow;
  readonly dedup: number;
  readonly bars: number;
}

/** What is known of the pipeline: each part by itself, since any of them may be down. All who ask share it. */
export interface Pipeline {
  /** Absent where the API was not told of Kafka. */
  readonly offsets: Shared<readonly PartitionOffsets[]> | undefined;
  readonly nodes: Shared<readonly NodeState[]>;
  readonly deadLetters: Shared<Summary>;
  readonly recent: Shared<Recent>;
  readonly barDelay: Shared<BarDelayRow>;
  readonly visible: Sampler;
  close(): Promise<void>;
}

/** Opens a way to each node; nothing is asked before somebody wants to know. */
export function createPipeline(
  warehouse: Warehouse,
  clickhouse: ClickHouseConfig,
  kafka: KafkaConfig | undefined,
): Pipeline {
  // Nobody's request: it goes on when one of those who wait leaves.
  const options = toTheEnd("pipeline");
  const nodes = openNodes(clickhouse, DEADLINE_MS);
  const sampler = createSampler(warehouse);
  const count = async (query: typeof recentDedup): Promise<number> =>
    (await warehouse.query(query, {}, options)).rows[0]?.rows ?? 0;
  return {
    offsets: kafka && createShared(() => readKafka({ ...kafka, deadlineMs: DEADLINE_MS }), SELDOM_MS),
    nodes: createShared(() => readNodes(nodes), EVERY_MS),
    deadLetters: createShared(() => summarize(createReader(warehouse, options)), SELDOM_MS),
    recent: createShared(async () => {
      const [ticks, dedup, bars] = await Promise.all([
        warehouse.query(recentTicks, {}, options),
        count(recentDedup),
        count(recentBars),
      ]);
      return { ticks: ticks.rows[0] ?? { rows: 0, live: 0, age: [] }, dedup, bars };
    }, EVERY_MS),
    barDelay: createShared(async () => {
      const { rows } = await warehouse.query(barDelay, {}, options);
      return rows[0] ?? { pending: 0, computed: 0, delay: [] };
    }, EVERY_MS),
    visible: sampler,
    async close() {
      sampler.close();
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}
