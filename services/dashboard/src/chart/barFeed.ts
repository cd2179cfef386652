import type { Api } from "../api/client.ts";
import { Poller } from "../api/poller.ts";
import type { Bar, BarsAnswer, Interval } from "../api/types.ts";
import { BarSeries, type Change } from "./barSeries.ts";

/** Bars of the first page; small, so that the chart is there at once. */
export const FIRST_PAGE = 2_000;

/** Bars of each older page: as many as the API gives at once. */
export const OLDER_PAGE = 10_000;

/** A range that is given is loaded as a whole, up to this many. */
export const MAX_RANGE = 300_000;

/** Bars become final without an event, so those that may have are asked for again. */
const REFRESH_MS = 20_000;

export interface BarRange {
  readonly symbol: string;
  readonly interval: Interval;
  /** Instants; undefined is open. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface BarFeedHooks {
  readonly onChange: (change: Change, feed: BarFeed) => void;
  readonly onError: (error: unknown, retryInMs: number | undefined) => void;
}

/** The bars of one symbol and interval: the newest page first, older ones on demand, and what a stream brings. */
export class BarFeed {
  readonly series = new BarSeries();
  readonly #poller: Poller;
  readonly #controller = new AbortController();
  #exhausted = false;
  #loadingOlder = false;
  #loaded = false;

  constructor(
    readonly api: Api,
    readonly range: BarRange,
    readonly hooks: BarFeedHooks,
  ) {
    this.#poller = new Poller({
      intervalMs: REFRESH_MS,
      poll: (signal) => (this.#loaded ? this.#refresh(signal) : this.#loadNewest(signal)),
      onError: hooks.onError,
    });
  }

  /** Whether the first page has come. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Whether there is nothing older. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  /** Starts, or asks at once for what is new. */
  resume(): void {
    this.#poller.resume();
  }

  /** Asks at once, also while the next question waits for its time. */
  refresh(): void {
    this.#poller.refresh();
  }

  pause(): void {
    this.#poller.pause();
  }

  stop(): void {
    this.#poller.stop();
    this.#controller.abort();
  }

  /** Takes a bar of the stream. */
  take(bar: Bar): void {
    const { from, to } = this.range;
    if (!this.#loaded || (from !== undefined && bar.time < from) || (to !== undefined && bar.time >= to))
      return;
    // Older than what is loaded: it comes with its page.
    const { first } = this.series;
    if (!this.#exhausted && first !== undefined && bar.time < first.time) return;
    this.#change([bar]);
  }

  /**
   * Loads the page before the oldest bar, unless there is none or it is on its way; more pages until there are `wanted`
   * bars in all. Each redraw costs as much as all bars, so they are drawn when their number has doubled.
   */
  async loadOlder(wanted = 0): Promise<void> {
    let to = this.series.first?.time;
    if (this.#exhausted || this.#loadingOlder || to === undefined) return;
    this.#loadingOlder = true;
    const { signal } = this.#controller;
    const older: Bar[] = [];
    const isEnough = (): boolean => this.#exhausted || this.series.bars.length + older.length >= wanted;
    try {
      do {
        const page = await this.#ask({ to, limit: OLDER_PAGE }, signal);
        this.#exhausted = page.length < OLDER_PAGE;
        older.push(...page);
        to = page.at(-1)?.time ?? to;
        if (isEnough() || older.length >= this.series.bars.length) this.#change(older.splice(0));
      } while (!isEnough());
    } catch (error) {
      if (signal.aborted) return;
      this.#change(older);
      this.hooks.onError(error, undefined);
    } finally {
      this.#loadingOlder = false;
    }
  }

  async #loadNewest(signal: AbortSignal): Promise<void> {
    const bars = await this.#ask({ limit: FIRST_PAGE }, signal);
    if (signal.aborted) return;
    this.#loaded = true;
    this.#exhausted = bars.length < FIRST_PAGE;
    const change = this.series.take(bars);
    this.hooks.onChange(change.kind === "none" ? { kind: "replace" } : change, this);
    // What is asked for by its beginning is loaded without being scrolled to.
    if (this.range.from !== undefined) void this.loadOlder(MAX_RANGE);
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    const { firstProvisional, last } = this.series;
    const from = (firstProvisional ?? last)?.time ?? this.range.from;
    const bars = await this.#ask({ ...(from && { from }), limit: OLDER_PAGE }, signal);
    if (!signal.aborted) this.#change(bars);
  }

  #change(bars: readonly Bar[]): void {
    const change = this.series.take(bars);
    if (change.kind !== "none") this.hooks.onChange(change, this);
  }

  async #ask(
    page: { from?: string; to?: string; limit: number },
    signal: AbortSignal,
  ): Promise<readonly Bar[]> {
    return (await this.api.get<BarsAnswer>("/bars", { ...this.range, ...page }, signal)).bars;
  }
}
