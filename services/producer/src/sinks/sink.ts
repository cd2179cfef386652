import type { Message } from "../packer.ts";

/** Where messages go. */
export interface Sink {
  /** For the summary: "topic ticks at 127.0.0.1:29092". */
  readonly description: string;
  /** @throws ProducerError when it can't be reached within its deadline. */
  connect(): Promise<void>;
  /** Resolves when every message is safe. Called with one batch at a time, never empty. */
  send(messages: readonly Message[]): Promise<void>;
  close(): Promise<void>;
}
