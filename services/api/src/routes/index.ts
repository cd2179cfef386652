import { auditRoute } from "./audit.ts";
import { backtestFast, backtestSlow } from "./backtest.ts";
import { bars } from "./bars.ts";
import { benchmark } from "./benchmark.ts";
import { book } from "./book.ts";
import { deadLetter, deadLetters, replayDeadLetters } from "./deadLetters.ts";
import { dedupFinalCount, dedupRawCount } from "./dedup.ts";
import { dedupDropped } from "./dropped.ts";
import { healthLive, healthReady } from "./health.ts";
import { indicators } from "./indicators.ts";
import { microstructure } from "./microstructure.ts";
import { pipelineRoute } from "./pipeline.ts";
import { quotes } from "./quotes.ts";
import type { Route } from "./route.ts";
import { symbols } from "./symbols.ts";
import { ticks } from "./ticks.ts";

/** Every route, in the order that OpenAPI lists them. A new one is a file beside this and a line here. */
export const routes: readonly Route[] = [
  ticks,
  quotes,
  bars,
  backtestFast,
  backtestSlow,
  dedupRawCount,
  dedupFinalCount,
  indicators,
  microstructure,
  benchmark,
  book,
  dedupDropped,
  symbols,
  auditRoute,
  pipelineRoute,
  deadLetters,
  deadLetter,
  replayDeadLetters,
  healthLive,
  healthReady,
];
