import { setTimeout as pause } from "node:timers/promises";
import type { Heartbeat, Logger } from "@tickhouse/common";
import type { Metrics } from "./metrics.ts";
import { recomputeShard } from "./recompute.ts";
import type { Shard } from "./shard.ts";

/** All changes are looked at this often, the recent ones at every pass: a note that became visible late is found too. */
const SWEEP_EVERY_MS = 600_000;

export interface KeepBarsArgs {
  readonly shards: readonly Shard[];
  /** Pause between two passes of a shard, in milliseconds. */
  readonly intervalMs: number;
  readonly logger: Logger;
  readonly beat: Heartbeat;
  readonly metrics: Metrics;
  /** Aborted to stop; a pass that runs is finished. */
  readonly signal: AbortSignal;
}

/** Keeps the bars of every shard until told to stop; a shard that fails is tried again, and holds up no other. */
export async function keepBars(args: KeepBarsArgs): Promise<void> {
  await Promise.all(args.shards.map((shard) => keepShard(shard, args)));
}

async function keepShard(
  shard: Shard,
  { intervalMs, logger, beat, metrics, signal }: KeepBarsArgs,
): Promise<void> {
  const observed = metrics.ofShard(shard.id);
  let sweptMs = Number.NEGATIVE_INFINITY;
  let failing = false;
  while (!signal.aborted) {
    const startedMs = Date.now();
    const sweep = startedMs - sweptMs >= SWEEP_EVERY_MS;
    const since = sweep ? 0 : Math.floor((startedMs - 2 * SWEEP_EVERY_MS) / 1_000);
    try {
      const minutes = await shard.run((client, fresh) =>
        recomputeShard(client, { since: fresh ? 0 : since, fresh }),
      );
      if (sweep) sweptMs = startedMs;
      observed.passed(minutes, (Date.now() - startedMs) / 1_000);
      if (failing) logger.info({ shard: shard.name }, "answers again");
      failing = false;
      if (minutes > 0)
        logger.debug({ shard: shard.name, minutes, tookMs: Date.now() - startedMs }, "recomputed");
    } catch (error) {
      observed.failed();
      // One line when it begins, not one a second while a node is down.
      if (!failing)
        logger.warn({ shard: shard.name, error }, "bars of this shard stay as they are until it answers");
      failing = true;
    }
    await beat();
    await pause(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
