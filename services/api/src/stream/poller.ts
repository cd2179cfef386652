import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "@tickhouse/common";
import type { QueryOptions } from "../clickhouse/query.ts";
import { toTheEnd } from "../clickhouse/toTheEnd.ts";
import type { Interval } from "../intervals.ts";
import type { BarReader } from "./barReader.ts";
import type { Batch } from "./batch.ts";
import { type BarDemand, LiveBars } from "./liveBars.ts";
import { latest, type Places } from "./places.ts";
import type { TickReader } from "./tickReader.ts";

/** What is asked for in one poll. */
export interface Demand {
  readonly ticks: readonly string[];
  readonly bars: BarDemand;
}

export interface PollerArgs {
  readonly ticks: TickReader;
  readonly bars: BarReader;
  /** Pause between two polls. */
  readonly intervalMs: number;
  readonly settleMs: number;
  readonly logger: Logger;
  /** Called as a poll begins; what it returns is in the batch. */
  demand(): Demand;
  deliver(batch: Batch): void;
  failed(error: unknown): void;
}

/** What is known from one poll to the next. */
interface Position {
  places: Places;
  readonly bars: LiveBars;
  /** Where the stream was, and when (ms of this process); the oldest first. */
  readonly history: { readonly atMs: number; readonly places: Places }[];
}

/**
 * Reads what is new from ClickHouse, for all clients of this process at once, while anybody listens: one loop, paced by its
 * interval. stopped -> running -> stopped; it forgets where it was when it stops.
 */
export class Poller {
  #running: AbortController | undefined;
  #position: Position | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(private readonly args: PollerArgs) {}

  /** Undefined until the first poll has come through. */
  get places(): Places | undefined {
    return this.#position?.places;
  }

  /** Everything before this has been in ClickHouse for the time to settle. */
  get settled(): Places {
    return this.#position?.history[0]?.places ?? [];
  }

  /** Bars that were sent lately, and until when all are known. */
  sent(interval: Interval) {
    const bars = this.#position?.bars;
    return { known: bars?.known ?? 0, sent: bars?.sent(interval) ?? [] };
  }

  start(): void {
    if (this.#running !== undefined) return;
    this.#running = new AbortController();
    this.#loop = this.#run(this.#running.signal);
  }

  /** Resolves when the poll that is under way has ended: it is short, and is not cut off. */
  stop(): Promise<void> {
    this.#running?.abort();
    this.#running = undefined;
    this.#position = undefined;
    return this.#loop;
  }

  async #run(stopped: AbortSignal): Promise<void> {
    let failing = false;
    while (!stopped.aborted) {
      let more = false;
      try {
        more = await this.#poll(stopped);
        if (failing && !stopped.aborted) this.args.logger.info("the stream goes on");
        failing = false;
      } catch (error) {
        if (stopped.aborted) return;
        if (!failing)
          this.args.logger.warn({ err: error }, "the stream could not read what is new; it tries on");
        failing = true;
        this.args.failed(error);
      }
      if (!more) await pause(this.args.intervalMs, undefined, { signal: stopped }).catch(() => undefined);
    }
  }

  /** @returns whether there is more already */
  async #poll(stopped: AbortSignal): Promise<boolean> {
    const options = toTheEnd("stream");
    const demand = this.args.demand();
    const position = this.#position ?? (await this.#begin(options));
    const [read, polled] = await Promise.all([
      this.args.ticks.readNew(position.places, demand.ticks, options),
      position.bars.poll(demand.bars, options),
    ]);
    if (stopped.aborted) return false;
    this.#position = position;
    const { bars } = position;
    this.args.deliver({
      from: position.places,
      to: read.to,
      ticks: read.ticks,
      bars: (interval) => ({
        known: bars.known,
        sent: bars.sent(interval),
        bars: polled.bars.get(interval) ?? [],
      }),
    });
    polled.commit();
    position.places = read.to;
    this.#remember(position);
    return read.more;
  }

  /** The first of the history is the last that is old enough. */
  #remember({ history, places }: Position): void {
    history.push({ atMs: performance.now(), places });
    const old = performance.now() - this.args.settleMs;
    while (history.length > 1 && (history[1]?.atMs ?? 0) <= old) history.shift();
  }

  /** Goes from a while ago to the first gap, so that a row that is on its way is not before the beginning. */
  async #begin(options: QueryOptions): Promise<Position> {
    const { ticks, bars, settleMs } = this.args;
    let places = await ticks.begin(options);
    let settled = places;
    for (;;) {
      const read = await ticks.readNew(places, [], options);
      places = read.to;
      settled = latest(settled, read.settled);
      if (!read.more) break;
    }
    const last = await bars.lastKnown(options);
    return {
      places,
      bars: new LiveBars(bars, settleMs, last),
      history: [
        { atMs: Number.NEGATIVE_INFINITY, places: settled },
        { atMs: performance.now(), places },
      ],
    };
  }
}
