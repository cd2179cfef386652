import { NotNotedError } from "./errors.ts";
import type { MessagePlace, OpenTopic } from "./kafka.ts";
import type { DeadLetter } from "./letters.ts";
import { inRequests, replayMessage } from "./message.ts";
import { noteReplays } from "./note.ts";
import type { Place } from "./place.ts";
import type { Writer } from "./session.ts";

/** A dead letter that Kafka has again. */
export interface SentLetter {
  readonly place: Place;
  readonly to: MessagePlace;
}

// kafkajs makes one batch of what a request has for a partition, and brokers refuse batches above 1 MB.
const REQUEST_BYTES = 512 * 1024;

/**
 * Sends dead letters again. Each request is noted as soon as it is acknowledged: whatever happens then, what was sent
 * is known.
 * @param text takes the place of each one's own
 * @throws KafkaError, NotNotedError
 */
export async function sendAgain(
  writer: Writer,
  open: OpenTopic,
  letters: readonly DeadLetter[],
  text?: string,
): Promise<SentLetter[]> {
  const sent: SentLetter[] = [];
  for (const group of inRequests(letters, REQUEST_BYTES, ({ bytes }) => bytes)) {
    const places = await open.send(group.map((letter) => replayMessage(letter, text)));
    const taken = group.map(({ place }, index) => ({ place, to: places[index] as MessagePlace }));
    await noteReplays(writer, group).catch((error: unknown) => {
      throw new NotNotedError(taken, error);
    });
    sent.push(...taken);
  }
  return sent;
}
