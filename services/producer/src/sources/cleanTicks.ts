import type { Tick } from "@tickhouse/common";
import { tickIdentity } from "../tickJson.ts";

/**
 * What a deduplicated history of these ticks must hold, by a plain loop: of each identity the highest
 * `source_version`, whatever order they came in, and no busted trades. The independent answer for tests.
 */
export function cleanTicks(sent: Iterable<Tick>): Tick[] {
  const best = new Map<string, Tick>();
  for (const tick of sent) {
    const identity = tickIdentity(tick);
    const known = best.get(identity);
    if (known === undefined || tick.source_version > known.source_version) best.set(identity, tick);
  }
  return [...best.values()].filter((tick) => tick.event_type !== "trade" || tick.size !== 0);
}
