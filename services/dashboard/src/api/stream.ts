import { createParser } from "eventsource-parser";
import { withKey } from "./client.ts";
import { retryDelayMs } from "./poller.ts";
import { ProblemError, toProblem } from "./problem.ts";

/** The server sends a comment each 15 s; a connection that is silent for this long is dead. */
export const SILENCE_MS = 45_000;

export type StreamState =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** It broke, and is tried again at this time (milliseconds since 1970). */
  | { readonly kind: "waiting"; readonly retryAt: number; readonly reason: string }
  /** It was refused for good. */
  | { readonly kind: "refused"; readonly problem: ProblemError };

export interface StreamHooks {
  /** Address without `lastEventId`. */
  readonly url: string;
  readonly readKey: () => string | undefined;
  /** An event's name and its data as parsed JSON. */
  readonly onEvent: (name: string, data: unknown) => void;
  readonly onState: (state: StreamState) => void;
  /** Of the browser; a test has its own. */
  readonly fetch?: typeof fetch;
}

/**
 * Server-sent events over `fetch`, because `EventSource` can't send a key:
 * connecting -> open -> waiting -> connecting … Each new connection names the last event that came, so that nothing is
 * lost and nothing comes twice.
 */
export class EventStream {
  #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #lastEventId: string | undefined;
  #failures = 0;

  constructor(readonly hooks: StreamHooks) {}

  start(): void {
    void this.#connect();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    this.#controller.abort();
  }

  async #connect(): Promise<void> {
    const controller = new AbortController();
    this.#controller = controller;
    this.hooks.onState({ kind: "connecting" });
    let reason: unknown = new ProblemError(0, "The stream ended.");
    try {
      const ended = await this.#read(controller);
      if (ended !== undefined) reason = new ProblemError(0, ended);
    } catch (error) {
      reason = error instanceof ProblemError ? error : new ProblemError(0, reasonOf(controller));
    } finally {
      clearTimeout(this.#watchdog);
    }
    // Stopped by whoever started it: nothing more to say. A silent connection was ended by the watchdog instead.
    if (controller.signal.aborted && controller.signal.reason !== SILENT) return;
    this.#retry(reason);
  }

  /** Reads until the connection ends; the server's own words when it said why. */
  async #read(controller: AbortController): Promise<string | undefined> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (this.#lastEventId !== undefined) headers["Last-Event-ID"] = this.#lastEventId;
    const send = this.hooks.fetch ?? fetch;
    this.#watch(controller);
    const init = withKey({ headers, signal: controller.signal, cache: "no-store" }, this.hooks.readKey());
    const response = await send(this.hooks.url, init);
    if (!response.ok) throw await toProblem(response);
    if (response.body === null) throw new ProblemError(0, "The stream has no body.");
    this.hooks.onState({ kind: "open" });
    let ended: string | undefined;
    const parser = createParser({
      onEvent: ({ event = "message", data, id }) => {
        if (id !== undefined) this.#lastEventId = id;
        const parsed: unknown = JSON.parse(data);
        if (event === "end") ended = detailOf(parsed);
        else this.hooks.onEvent(event, parsed);
        this.#failures = 0;
      },
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return ended;
      this.#watch(controller);
      parser.feed(value);
    }
  }

  #watch(controller: AbortController): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => controller.abort(SILENT), SILENCE_MS);
  }

  #retry(reason: unknown): void {
    const delayMs = retryDelayMs(++this.#failures, reason);
    if (delayMs === undefined) {
      if (reason instanceof ProblemError) this.hooks.onState({ kind: "refused", problem: reason });
      return;
    }
    const text = reason instanceof Error ? reason.message : String(reason);
    this.hooks.onState({ kind: "waiting", retryAt: Date.now() + delayMs, reason: text });
    this.#timer = setTimeout(() => void this.#connect(), delayMs);
  }
}

const SILENT = new Error(`nothing came for ${SILENCE_MS / 1000} s`);

const reasonOf = ({ signal }: AbortController): string =>
  signal.reason === SILENT ? `The stream is silent: ${SILENT.message}.` : "The stream broke off.";

/** The text of an `end` event. */
function detailOf(data: unknown): string {
  const detail: unknown = typeof data === "object" && data !== null ? Reflect.get(data, "detail") : undefined;
  return typeof detail === "string" ? detail : "The server ended the stream.";
}
