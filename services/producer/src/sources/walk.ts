import type { Side } from "@tickhouse/common";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** The grid that prices or sizes lie on: 0.01, 1, 0.0001. */
export interface Grid {
  readonly step: number;
  /** Decimals of the step. */
  readonly decimals: number;
}

/** Reads a grid from its step as text, or undefined when that is not a plain number above 0. */
export function parseGrid(text: string): Grid | undefined {
  const match = /^\d{1,9}(?:\.(\d{1,12}))?$/.exec(text);
  if (match === null || Number(text) <= 0) return undefined;
  return { step: Number(text), decimals: match[1]?.length ?? 0 };
}

/** The value `count` steps up the grid, rounded so that JSON shows 189.75 and never 189.75000000000003. */
export function onGrid(count: number, { step, decimals }: Grid): number {
  return Number((count * step).toFixed(decimals));
}

export interface WalkOptions {
  readonly priceGrid: Grid;
  /** Where the walk starts, in price; drawn between 50 and 500 when absent. */
  readonly startPrice?: number | undefined;
  /** The price moves by at most this many grid steps a tick. */
  readonly maxMove: number;
}

/** One symbol's random walk over whole grid steps; integers only, so the same on every machine. */
export class Walk {
  #seqId = 0;
  #mid: number;

  constructor(
    private readonly rng: RandomGenerator,
    private readonly options: WalkOptions,
  ) {
    const { priceGrid, startPrice } = options;
    const start = startPrice ?? uniformInt(rng, 50, 500);
    this.#mid = Math.max(LOWEST, Math.round(start / priceGrid.step));
  }

  nextSeqId(): number {
    this.#seqId += 1;
    return this.#seqId;
  }

  /** A trade's price, at most one step from the middle, and its aggressor. */
  trade(): { readonly price: number; readonly side: Side } {
    const side = uniformInt(this.rng, 0, 1) === 0 ? "buy" : "sell";
    const mid = this.#move();
    return { price: this.#price(mid + (side === "buy" ? 1 : -1) * uniformInt(this.rng, 0, 1)), side };
  }

  /** Best bid and best ask: bid below ask, always. */
  quote(): { readonly bid: number; readonly ask: number } {
    const mid = this.#move();
    return {
      bid: this.#price(mid - uniformInt(this.rng, 1, 2)),
      ask: this.#price(mid + uniformInt(this.rng, 1, 2)),
    };
  }

  #move(): number {
    const { maxMove } = this.options;
    this.#mid = Math.max(LOWEST, this.#mid + uniformInt(this.rng, -maxMove, maxMove));
    return this.#mid;
  }

  #price(steps: number): number {
    return onGrid(steps, this.options.priceGrid);
  }
}

/** Steps: a bid two below it is still a price. */
const LOWEST = 3;
