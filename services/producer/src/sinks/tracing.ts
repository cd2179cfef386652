import { SpanKind, trace } from "@opentelemetry/api";
import { inSpan } from "@tickhouse/common";
import type { Sink } from "./sink.ts";

const tracer = trace.getTracer("tickhouse-producer");

/**
 * A span of each batch, from its sending until it is safe; its messages say in their headers which one they belong to.
 * One of a batch, and not of a tick: what is sent together is waited for together.
 */
export const withTracing = (sink: Sink, topic: string): Sink => ({
  ...sink,
  send(messages) {
    const attributes = {
      "messaging.system": "kafka",
      "messaging.operation.type": "send",
      "messaging.destination.name": topic,
      "messaging.batch.message_count": messages.length,
      "tickhouse.ticks": messages.reduce((sum, { kinds }) => sum + kinds.length, 0),
    };
    const options = { kind: SpanKind.PRODUCER, attributes };
    return inSpan(tracer, `send ${topic}`, options, () => sink.send(messages));
  },
});
