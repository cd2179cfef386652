/** Time between the end of one poll and the next. */
export const POLL_MS = 2_000;

/** The longest wait after errors. */
export const MAX_BACKOFF_MS = 30_000;

/** Wait before the next poll: the interval, doubled for each failure in a row. Pure. */
export const nextDelayMs = (failures: number): number => Math.min(MAX_BACKOFF_MS, POLL_MS * 2 ** failures);

export interface PollerHooks {
  /** One poll; the signal is aborted when the poller stops or pauses. */
  readonly poll: (signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown, retryInMs: number) => void;
}

/**
 * Polls again and again: idle -> polling -> waiting -> polling … `pause` (hidden tab) and `stop` abort the poll that
 * runs; `resume` polls at once.
 */
export class Poller {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #controller: AbortController | undefined;
  #failures = 0;
  #stopped = false;

  constructor(readonly hooks: PollerHooks) {}

  /** Also starts a poller that is new. Does nothing once stopped or while a poll runs. */
  resume(): void {
    if (this.#stopped || this.#controller !== undefined) return;
    clearTimeout(this.#timer);
    void this.#run();
  }

  pause(): void {
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
    try {
      await this.hooks.poll(controller.signal);
      this.#failures = 0;
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#failures++;
      this.hooks.onError(error, nextDelayMs(this.#failures));
    }
    if (controller.signal.aborted) return;
    this.#controller = undefined;
    this.#timer = setTimeout(() => this.resume(), nextDelayMs(this.#failures));
  }
}
