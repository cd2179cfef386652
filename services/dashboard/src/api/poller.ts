import { ProblemError } from "./problem.ts";

/** Wait after the first error. */
export const FIRST_RETRY_MS = 2_000;

/** The longest wait after errors. */
export const MAX_BACKOFF_MS = 30_000;

/**
 * Wait before the next try after `failures` in a row (1 or more), doubled for each, and never less than the API asked
 * for. Undefined when another try would fail the same way. Pure.
 */
export function retryDelayMs(failures: number, error: unknown): number | undefined {
  if (error instanceof ProblemError && error.isFinal) return undefined;
  const backoff = Math.min(MAX_BACKOFF_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
  return Math.max(backoff, error instanceof ProblemError ? (error.retryAfterMs ?? 0) : 0);
}

export interface PollerHooks {
  /** Time between the end of one poll and the next; without it, one poll that works is enough. */
  readonly intervalMs: number | undefined;
  /** One poll; the signal is aborted when the poller stops or pauses. */
  readonly poll: (signal: AbortSignal) => Promise<void>;
  /** `retryInMs` is undefined when the poller gave up: `resume` tries again. */
  readonly onError: (error: unknown, retryInMs: number | undefined) => void;
}

/**
 * Polls again and again: idle -> polling -> waiting -> polling … `pause` (hidden tab) and `stop` abort the poll that
 * runs; `resume` polls at once.
 */
export class Poller {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #controller: AbortController | undefined;
  #failures = 0;
  #again = false;
  #stopped = false;

  constructor(readonly hooks: PollerHooks) {}

  /** Also starts a poller that is new. Does nothing once stopped or while a poll runs. */
  resume(): void {
    if (this.#stopped || this.#controller !== undefined) return;
    clearTimeout(this.#timer);
    void this.#run();
  }

  /** Polls at once, or once more when the poll that runs has ended: what it asks for may be older than the reason. */
  refresh(): void {
    if (this.#controller === undefined) this.resume();
    else this.#again = true;
  }

  pause(): void {
    this.#again = false;
    clearTimeout(this.#timer);
    this.#controller?.abort();
    this.#controller = undefined;
  }

  stop(): void {
    this.#stopped = true;
    this.pause();
  }

  async #run(): Promise<void> {
    const controller = new AbortController();
    this.#controller = controller;
    let delayMs = this.hooks.intervalMs;
    try {
      await this.hooks.poll(controller.signal);
      this.#failures = 0;
    } catch (error) {
      if (controller.signal.aborted) return;
      delayMs = retryDelayMs(++this.#failures, error);
      this.hooks.onError(error, delayMs);
    }
    if (controller.signal.aborted) return;
    this.#controller = undefined;
    if (this.#again) delayMs = 0;
    this.#again = false;
    if (delayMs !== undefined) this.#timer = setTimeout(() => this.resume(), delayMs);
  }
}
