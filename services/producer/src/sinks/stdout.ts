import { once } from "node:events";
import type { Writable } from "node:stream";
import { messageOf, ProducerError } from "../errors.ts";
import type { Sink } from "./sink.ts";

/**
 * Writes the ticks as JSON lines instead of sending them: to look at a feed, or to keep one for `replay`.
 * @throws ProducerError OUTPUT_CLOSED from `send` when the reader has gone (`| head`).
 */
export function createStdoutSink(stream: Writable): Sink {
  let failure: Error | undefined;
  // Without a listener a closed pipe would end the process with a stack trace.
  stream.on("error", (error: Error) => {
    failure = error;
  });
  return {
    description: "standard output",
    connect: async () => {},
    async send(messages) {
      const text = messages.map(({ value }) => `${value}\n`).join("");
      try {
        if (failure !== undefined) throw failure;
        if (!stream.write(text)) await once(stream, "drain");
      } catch (cause) {
        throw new ProducerError("OUTPUT_CLOSED", `standard output: ${messageOf(cause)}`, { cause });
      }
    },
    close: async () => {},
  };
}
