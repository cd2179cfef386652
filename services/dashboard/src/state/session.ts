import { signal } from "@preact/signals";
import { createApi } from "../api/client.ts";
import type { ProblemError } from "../api/problem.ts";
import type { StreamState } from "../api/stream.ts";
import { noteAnswer, type Query } from "./history.ts";

const STORED_AS = "tickhouse-api-key";

/** True while the API asks for a key that the page does not have. */
export const keyNeeded = signal(false);

/** Grows with each key that the user gives: whatever was refused asks again. */
export const keysGiven = signal(0);

/** Kept for this tab only. */
export const readKey = (): string | undefined => sessionStorage.getItem(STORED_AS) ?? undefined;

export function giveKey(key: string): void {
  sessionStorage.setItem(STORED_AS, key);
  keyNeeded.value = false;
  keysGiven.value += 1;
}

/** This page's own queries, oldest first. */
export const history = signal<readonly Query[]>([]);

/** False from a request that nobody answered until one is answered. */
export const reachable = signal(true);

/** Of the page that is shown; undefined where it has no stream. */
export const streamState = signal<StreamState | undefined>(undefined);

/** Notes what a refusal says about the session. */
export function noteProblem(problem: ProblemError): void {
  if (problem.status === 401) keyNeeded.value = true;
  reachable.value = problem.status !== 0;
}

export const api = createApi({
  readKey,
  onAnswer(answered) {
    reachable.value = true;
    history.value = noteAnswer(history.peek(), answered, Date.now());
  },
  onProblem: noteProblem,
});
