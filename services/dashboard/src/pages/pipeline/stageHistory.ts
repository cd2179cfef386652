import type { PipelineAnswer, Stage } from "../../api/types.ts";

/** One look at the pipeline. */
export interface Look {
  /** Seconds since 1970. */
  readonly at: number;
  readonly rates: Readonly<Record<string, number | null>>;
}

/** Looks that are kept: half an hour at one each 5 s. */
export const KEPT_LOOKS = 360;

/** Adds a look to the history, oldest first; the same one again changes nothing. Pure. */
export function noteLook(history: readonly Look[], { time, stages }: PipelineAnswer): readonly Look[] {
  const at = Date.parse(time) / 1000;
  if (history.at(-1)?.at === at) return history;
  const rates = Object.fromEntries(stages.map(({ name, rate }) => [name, rate]));
  return [...history.slice(-(KEPT_LOOKS - 1)), { at, rates }];
}

/** What a stage does, by its name in the API. */
export const STAGES: Readonly<Record<string, { readonly title: string; readonly what: string }>> = {
  source: { title: "Source", what: "exchange to Kafka" },
  ingest: { title: "Ingest", what: "Kafka to ClickHouse" },
  buffer: { title: "Buffer", what: "rows in memory" },
  ticks: { title: "Ticks", what: "stored" },
  dedup: { title: "Deduplication", what: "one row a tick" },
  bars: { title: "Bars", what: "one-minute bars" },
};

/** Whether a stage has fallen behind, is at work, or is at rest. Pure. */
export function stageState({ rate, lag }: Pick<Stage, "rate" | "lag">): "behind" | "busy" | "idle" {
  if (lag !== null && lag > Math.max(1_000, (rate ?? 0) * 10)) return "behind";
  return (rate ?? 0) > 0 ? "busy" : "idle";
}
