import { grid } from "../grid.ts";
import type { Impact } from "./impact.ts";

/** The impact as a table, or the line that there is none. Pure. */
export function describeImpact(impact: readonly Impact[]): string {
  if (impact.length === 0)
    return "impact on data: none. No table, consumer, server or volume with data is touched.";
  const rows = impact.map(({ part, what, happens }, index) => [
    impact[index - 1]?.part === part ? "" : part,
    what,
    happens,
  ]);
  return `impact on data\n${grid([["", "what", "what happens to it"], ...rows])}`;
}
