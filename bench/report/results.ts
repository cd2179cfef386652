import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Figure, Size } from "../benchmark.ts";
import type { Machine } from "./machine.ts";

/** One benchmark's figures, with what they were measured on: another one's may be of another day or machine. */
export interface Run {
  /** When it ended, ISO 8601. */
  readonly at: string;
  /** Goals mean nothing in a short run. */
  readonly size: Size;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
}

/** The newest run of each benchmark. */
export type Results = Readonly<Record<string, Run>>;

/** @throws where the file is there and holds something else */
export function readResults(file: string): Results {
  if (!existsSync(file)) return {};
  const fail = (why: string): never => {
    throw new Error(
      `${file} holds no results of this bench (${why}); move it away, or name another one with --results`,
    );
  };
  let results: unknown;
  try {
    results = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return fail((error as Error).message);
  }
  if (typeof results !== "object" || results === null || Array.isArray(results))
    return fail("it is no object");
  for (const [name, run] of Object.entries(results as Record<string, Partial<Run> | null>))
    if (!Array.isArray(run?.figures) || run.machine === undefined || run.size === undefined)
      return fail(`${name} has no figures, machine or size`);
  return results as Results;
}

/** Puts a run in the place of the benchmark's last one; the order is that of `names`, then of what they do not name. */
export function withRun(results: Results, name: string, run: Run, names: readonly string[]): Results {
  const all: Record<string, Run> = { ...results, [name]: run };
  const ordered = [
    ...names.filter((each) => each in all),
    ...Object.keys(all).filter((each) => !names.includes(each)),
  ];
  return Object.fromEntries(ordered.flatMap((each) => (all[each] === undefined ? [] : [[each, all[each]]])));
}

export function writeResults(file: string, results: Results): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}
