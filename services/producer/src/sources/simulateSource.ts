import { type OnDue, pace } from "../pacing.ts";
import { tickJson } from "../tickJson.ts";
import { type SimulateOptions, simulateTicks } from "./simulate.ts";
import type { FeedTick, Source } from "./source.ts";

export interface SimulateSourceOptions extends SimulateOptions {
  /** Real ticks a second; 0 is as fast as possible. */
  readonly rate: number;
  readonly onDue?: OnDue;
}

/** Ticks generated at a time: few enough that a stop or a slow reader is noticed at once. */
const BATCH = 500;

/** The simulated day as a source, paced at `rate`. */
export function createSimulateSource(options: SimulateSourceOptions): Source {
  const { rate, clockRate, onDue } = options;
  return {
    description: `simulate ${options.symbols.join(",")}`,
    prepare: async () => {},
    read: (signal) =>
      pace(inBatches(options), {
        speed: rate === 0 ? "max" : rate / clockRate,
        signal,
        onDue,
      }),
  };
}

function* inBatches(options: SimulateOptions): Generator<readonly FeedTick[]> {
  let batch: FeedTick[] = [];
  for (const { tick, kind, clockMicros } of simulateTicks(options)) {
    batch.push({ symbol: tick.symbol, text: tickJson(tick), kind, clockMicros });
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
