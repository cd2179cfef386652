import type { FeedMessage } from "../feed/messages.ts";
import type { Acknowledged } from "../senderTask.ts";
import type { StoredMessage } from "../topic.ts";
import type { Deviation } from "./deviation.ts";

/** Messages that Kafka has acknowledged and does not hold where it said, with every byte. Pure. */
export function compareAcknowledged(
  acknowledged: readonly Acknowledged[],
  sent: readonly FeedMessage[],
  stored: readonly StoredMessage[],
): Deviation[] {
  const places = new Map(stored.map((message) => [`${message.partition}/${message.offset}`, message.value]));
  return acknowledged.flatMap(([index, partition, offset]): Deviation[] => {
    const value = sent[index]?.value;
    const held = places.get(`${partition}/${offset}`);
    if (value !== undefined && held?.equals(value)) return [];
    const actual = held === undefined ? "nothing" : JSON.stringify(held.toString("latin1").slice(0, 200));
    const what = `message ${index} at ${partition}/${offset}`;
    return [{ kind: "not in Kafka", what, expected: "what was acknowledged", actual }];
  });
}
