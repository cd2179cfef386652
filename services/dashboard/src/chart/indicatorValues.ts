import type { IndicatorPoint, IndicatorValue } from "../api/types.ts";

/** The number of one line, `key` empty for a plain one; undefined where there is none. Pure. */
export function lineValue(value: IndicatorValue | undefined, key: string): number | undefined {
  if (typeof value !== "object" || value === null) return key === "" ? (value ?? undefined) : undefined;
  const line: unknown = Reflect.get(value, key);
  return typeof line === "number" ? line : undefined;
}

/** Values of indicators by the bar's time, gathered from answers that overlap: the later answer wins. */
export class IndicatorValues {
  #byTime = new Map<string, IndicatorPoint["values"]>();
  #oldest: string | undefined;

  get size(): number {
    return this.#byTime.size;
  }

  /** The first bar that has values; what is older is still to be asked for. */
  get oldest(): string | undefined {
    return this.#oldest;
  }

  take(points: readonly IndicatorPoint[]): void {
    for (const { time, values } of points) {
      this.#byTime.set(time, values);
      if (this.#oldest === undefined || time < this.#oldest) this.#oldest = time;
    }
  }

  at(time: string): IndicatorPoint["values"] | undefined {
    return this.#byTime.get(time);
  }
}
