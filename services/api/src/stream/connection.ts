import type { ServerResponse } from "node:http";
import { event } from "./batch.ts";

/** Why a stream ends. */
export type EndCode = "too_slow" | "draining" | "failed";

/** A connection whose end was written is cut when the client has not taken it by then. */
const END_GRACE_MS = 5_000;

/** Milliseconds that a client waits before it connects again. */
const RETRY_MS = 2_000;

export interface ConnectionArgs {
  readonly response: ServerResponse;
  /** Bytes that may wait for the client in this process. */
  readonly bufferBytes: number;
  ended(code: EndCode | "left"): void;
}

/**
 * One client's server-sent events, with a bound on what waits for it. opened -> ended, or left by the client.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class Connection {
  #open = true;
  #lastWrite = performance.now();

  constructor(private readonly args: ConnectionArgs) {
    const { response } = args;
    response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
      // A proxy that gathers would hold events back.
      "X-Accel-Buffering": "no",
      // Nothing is asked on it after a stream, and its end is the stream's.
      Connection: "close",
    });
    response.once("close", () => this.#close("left"));
    this.write(`retry: ${RETRY_MS}\n\n`);
  }

  get open(): boolean {
    return this.#open;
  }

  /** Milliseconds since something was sent. */
  get quietMs(): number {
    return performance.now() - this.#lastWrite;
  }

  /** Sends, or ends the stream when more would wait for the client than may. What is first may be larger. */
  write(text: string | Buffer): void {
    if (!this.#open || text.length === 0) return;
    const { response, bufferBytes } = this.args;
    if (response.writableLength > 0 && response.writableLength + text.length > bufferBytes) {
      this.end(
        "too_slow",
        `More than ${bufferBytes} bytes waited; connect again with Last-Event-ID to go on.`,
      );
      return;
    }
    this.#send(text);
  }

  /** Sends when what was sent before has gone out; the client has `deadlineMs` to take that. */
  async writeInTurn(text: string, deadlineMs: number): Promise<void> {
    if (!(await this.#drained(deadlineMs))) {
      this.end(
        "too_slow",
        `Nothing was taken for ${deadlineMs} ms; connect again with Last-Event-ID to go on.`,
      );
      return;
    }
    this.#send(text);
  }

  /** Tells why, and closes. A client that takes nothing is cut off. */
  end(code: EndCode, detail: string): void {
    if (!this.#open) return;
    const { response } = this.args;
    response.end(event("end", undefined, JSON.stringify({ code, detail })));
    const cut = setTimeout(() => response.destroy(), END_GRACE_MS);
    response.once("close", () => clearTimeout(cut));
    this.#close(code);
  }

  #send(text: string | Buffer): void {
    if (!this.#open || text.length === 0) return;
    this.#lastWrite = performance.now();
    this.args.response.write(text);
  }

  #close(code: EndCode | "left"): void {
    if (!this.#open) return;
    this.#open = false;
    this.args.ended(code);
  }

  #drained(deadlineMs: number): Promise<boolean> {
    const { response } = this.args;
    if (!this.#open || !response.writableNeedDrain) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (result: boolean) => {
        clearTimeout(timer);
        response.off("drain", onDrain);
        response.off("close", onClose);
        resolve(result);
      };
      const onDrain = () => done(true);
      const onClose = () => done(true);
      const timer = setTimeout(() => done(false), deadlineMs);
      response.once("drain", onDrain);
      response.once("close", onClose);
    });
  }
}
