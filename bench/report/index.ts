import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { table } from "table";
import { curvePicture } from "./curvePicture.ts";
import { goalPicture } from "./goalPicture.ts";
import type { Results } from "./results.ts";
import { goalsLine, tableRows } from "./text.ts";

export { thisMachine } from "./machine.ts";
export { readResults, withRun, writeResults } from "./results.ts";
export type { Results };

/** Figures with median, spread, goal, and whether it was met. */
export const resultsTable = (results: Results): string =>
  `${table(tableRows(results))}${goalsLine(results)}\n`;

/** Writes the pictures that the results allow into a folder. @returns their paths */
export function writePictures(folder: string, results: Results): string[] {
  const pictures = { "bench.svg": goalPicture(results), "bench-growth.svg": curvePicture(results) };
  return Object.entries(pictures).flatMap(([name, svg]) => {
    if (svg === undefined) return [];
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), svg);
    return [join(folder, name)];
  });
}
