import type { Tick } from "@tickhouse/common";

/**
 * A tick as the JSON object that travels through Kafka: no newline, fields in the documented order.
 * Written out because `JSON.stringify` refuses the bigint of a 64-bit `seq_id`.
 */
export function tickJson(tick: Tick): string {
  return (
    `{"exchange":${JSON.stringify(tick.exchange)},"symbol":${JSON.stringify(tick.symbol)},` +
    `"event_time":"${tick.event_time}","seq_id":${tick.seq_id},"event_type":"${tick.event_type}",` +
    `"price":${tick.price},"size":${tick.size},"side":"${tick.side}","source_version":${tick.source_version}}`
  );
}

/**
 * A tick's identity as one text: the same for a duplicate and a correction, different for everything else.
 * The side counts for quotes and book events only: the two halves of a quote are different ticks.
 */
export function tickIdentity(tick: Tick): string {
  const side = tick.event_type === "trade" ? "" : tick.side;
  return JSON.stringify([
    tick.exchange,
    tick.symbol,
    tick.event_type,
    tick.event_time,
    String(tick.seq_id),
    side,
  ]);
}
