import type { Answered } from "../api.ts";
import { byId } from "../dom.ts";
import { formatBytes, formatCount, formatMs } from "../format.ts";

export interface Entry extends Answered {
  readonly at: string;
  /** Answers from this path so far. */
  readonly answers: number;
}

/**
 * Notes an answer: one row for each path with its latest figures, in the order in which paths first answered. A row
 * for each answer would be pushed out by the live polls within seconds. Pure.
 */
export function noteAnswer(entries: readonly Entry[], answered: Answered, at: string): readonly Entry[] {
  const known = entries.find(({ path }) => path === answered.path);
  const entry = { ...answered, at, answers: (known?.answers ?? 0) + 1 };
  return known === undefined ? [...entries, entry] : entries.map((old) => (old === known ? entry : old));
}

/** The table of the last queries. */
export function createQueryLog(): (answered: Answered) => void {
  const body = byId("queries", HTMLElement);
  let entries: readonly Entry[] = [];
  return (answered) => {
    entries = noteAnswer(entries, answered, new Date().toISOString().slice(11, 19));
    body.replaceChildren(...entries.map(toRow));
  };
}

function toRow({ at, path, answers, stats, roundTripMs }: Entry): HTMLTableRowElement {
  const row = document.createElement("tr");
  row.dataset["path"] = path;
  const cells: readonly (readonly [text: string, name: string, value: number | string])[] = [
    [at, "at", at],
    [path, "path", path],
    [formatCount(answers), "answers", answers],
    [formatMs(stats.elapsedMs), "elapsed-ms", stats.elapsedMs],
    [formatMs(roundTripMs), "round-trip-ms", roundTripMs],
    [formatCount(stats.rowsRead), "rows-read", stats.rowsRead],
    [formatBytes(stats.bytesRead), "bytes-read", stats.bytesRead],
  ];
  for (const [text, name, value] of cells) {
    const cell = row.insertCell();
    cell.textContent = text;
    cell.dataset["testid"] = `query-${name}`;
    cell.dataset["value"] = String(value);
    if (typeof value === "number") cell.className = "number";
  }
  return row;
}
