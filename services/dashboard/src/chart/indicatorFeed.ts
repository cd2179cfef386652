import type { Api } from "../api/client.ts";
import { retryDelayMs } from "../api/poller.ts";
import type { IndicatorsAnswer } from "../api/types.ts";
import type { BarRange } from "./barFeed.ts";
import { IndicatorValues } from "./indicatorValues.ts";

/** Points of one answer: as many as the API gives at once. */
const PAGE = 10_000;

/** Changed bars are gathered for this long before their indicators are asked for. */
const GATHER_MS = 1_000;

export interface IndicatorFeedHooks {
  /** Values came: of bars since this time, or of any (undefined). */
  readonly onValues: (since: string | undefined) => void;
  readonly onError: (error: unknown, retryInMs: number | undefined) => void;
}

/** The values of indicators for the bars that a chart has loaded, newest first, one question at a time. */
export class IndicatorFeed {
  readonly values = new IndicatorValues();
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The first bar of the chart; values reach back to it. */
  #oldestBar: string | undefined;
  /** The first bar that changed since its values were asked for. */
  #changedSince: string | undefined;
  #exhausted = false;
  /** How many values were told of. */
  #told = 0;
  #running = false;
  #failures = 0;

  constructor(
    readonly api: Api,
    readonly range: BarRange,
    readonly ids: readonly string[],
    readonly hooks: IndicatorFeedHooks,
  ) {}

  stop(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  /** Tells it of the bars that are on the chart, and of the first that changed. */
  cover(oldestBar: string, changedSince: string | undefined): void {
    if (this.ids.length === 0) return;
    if (this.#oldestBar === undefined || oldestBar < this.#oldestBar) this.#exhausted = false;
    this.#oldestBar = oldestBar;
    if (changedSince !== undefined && this.values.size > 0) {
      if (this.#changedSince === undefined || changedSince < this.#changedSince)
        this.#changedSince = changedSince;
      if (!this.#running) this.#wake(GATHER_MS);
    } else if (!this.#running) this.#wake(0);
  }

  #wake(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), delayMs);
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    const { signal } = this.#controller;
    try {
      while (!signal.aborted && (await this.#step(signal))) this.#failures = 0;
      if (!signal.aborted) this.#tell(undefined);
    } catch (error) {
      if (signal.aborted) return;
      const delayMs = retryDelayMs(++this.#failures, error);
      this.hooks.onError(error, delayMs);
      if (delayMs !== undefined) this.#wake(delayMs);
    } finally {
      this.#running = false;
    }
  }

  /** Asks for what is missing most: what changed, then what is older. @returns false when nothing is missing */
  async #step(signal: AbortSignal): Promise<boolean> {
    const since = this.#changedSince;
    if (since !== undefined) {
      this.#changedSince = undefined;
      await this.#ask({ from: since }, since, signal);
      return true;
    }
    const { oldest } = this.values;
    const wanted = this.#oldestBar;
    if (wanted === undefined || this.#exhausted || (oldest !== undefined && oldest <= wanted)) return false;
    const count = await this.#ask(
      { from: wanted, ...(oldest !== undefined && { to: oldest }) },
      undefined,
      signal,
    );
    this.#exhausted = count < PAGE;
    return true;
  }

  async #ask(
    bounds: { from: string; to?: string },
    since: string | undefined,
    signal: AbortSignal,
  ): Promise<number> {
    const { symbol, interval, to } = this.range;
    const parameters = { symbol, interval, to, indicators: this.ids.join(","), limit: PAGE, ...bounds };
    const { points } = await this.api.get<IndicatorsAnswer>("/indicators", parameters, signal);
    if (signal.aborted) return 0;
    this.values.take(points);
    // Each redraw costs as much as all values, so older ones are drawn when their number has doubled.
    if (since !== undefined || this.values.size >= this.#told * 2) this.#tell(since);
    return points.length;
  }

  #tell(since: string | undefined): void {
    const isNews = since !== undefined || this.values.size !== this.#told;
    this.#told = this.values.size;
    if (isNews) this.hooks.onValues(since);
  }
}
