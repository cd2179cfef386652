import type { components } from "@tickhouse/client";

/** What the API answers, by its own OpenAPI document. Times are ISO 8601 UTC; 64-bit numbers are texts. */
type Schemas = components["schemas"];

export type Stats = Schemas["Stats"];

/** An answer that pages: `next` is the cursor of what follows, null at the end. */
export interface Paged {
  readonly next: string | null;
  readonly stats: Stats;
}

/** Lists are newest first, but for the symbols. */
export type BarsAnswer = Pick<Schemas["Bars"], "stats"> & { readonly bars: readonly Bar[] };
/** Sums as numbers: the page does not ask for `decimals=string`. */
export type Bar = Omit<Schemas["ExactBar"], Sum | "notional"> & Readonly<Record<Sum, number>>;
type Sum = "volume" | "buyVolume" | "sellVolume";
export type BarState = Bar["state"];
export type Interval = Schemas["Bars"]["interval"];
export const INTERVALS = ["1m", "5m", "15m", "1h", "1d"] as const satisfies readonly Interval[];

export type IndicatorsAnswer = Schemas["Indicators"];
export type IndicatorPoint = Schemas["IndicatorPoint"];
/** A number, several named ones, or null where there are too few bars. */
export type IndicatorValue = IndicatorPoint["values"][string];

export type SymbolsAnswer = Schemas["Symbols"];
export type SymbolInfo = Schemas["Symbol"];

export type TicksAnswer = Schemas["Ticks"];
export type Tick = Schemas["Tick"];
export type QuotesAnswer = Schemas["Quotes"];
export type BookAnswer = Schemas["Books"];
export type Book = Schemas["Book"];
export type Level = Schemas["Level"];
export type MicrostructureAnswer = Schemas["MicrostructureBuckets"];
export type Microstructure = Schemas["Microstructure"];

export type BenchmarkAnswer = Schemas["Benchmark"];
export type BenchmarkSide = Schemas["BenchmarkFigures"];

export type CountAnswer = Schemas["Count"];
export type DroppedAnswer = Schemas["DroppedTicks"];
export type DroppedTick = Schemas["DroppedTick"];
export type DropReason = DroppedTick["reason"];

export type PipelineAnswer = Schemas["Pipeline"];
export type Stage = Schemas["PipelineStage"];
export type AuditAnswer = Schemas["Audit"];
export type DeadLettersAnswer = Schemas["DeadLetters"];
export type DeadLetter = Schemas["DeadLetter"];
export type WholeDeadLetter = Schemas["WholeDeadLetter"];
export type ReplayRequest = Schemas["ReplayRequest"];
export type ReplayAnswer = Schemas["Replayed"];
