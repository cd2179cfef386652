import { type Connection, type NodeSession, withNode } from "../../infra/clickhouse/connection.ts";
import { pollUntil } from "../../infra/targets/local/process/poll.ts";
import { untilConsumed } from "../untilConsumed.ts";
import { type Choice, type Consent, chooseAll, chooseByPlace, pages } from "./choose.ts";
import type { Filter } from "./filter.ts";
import { type KafkaTopic, type OpenTopic, withTopic } from "./kafka.ts";
import type { DeadLetter } from "./letters.ts";
import { inRequests, replayMessage } from "./message.ts";
import { noteReplays } from "./note.ts";
import { type Outcome, readOutcomes, replaysSince, sentBefore } from "./outcomes.ts";
import { fullId, type Place } from "./place.ts";

/** Kafka's topic, and the node that is asked about its dead letters. */
export interface Warehouse extends KafkaTopic {
  readonly node: Connection;
}

/** What to send again: some, one of them with a corrected text; or all that a filter chooses. */
export type ReplayRequest = Consent &
  ({ readonly places: readonly Place[]; readonly text?: string } | { readonly all: Filter });

/** A dead letter that was sent again, and what became of it; nothing yet when it was not consumed in time. */
export interface Replayed {
  readonly place: Place;
  readonly became: readonly Outcome[];
}

// kafkajs makes one batch of what a request has for a partition, and brokers refuse batches above 1 MB.
const REQUEST_BYTES = 512 * 1024;
/** From committed to readable, and from readable by one node to readable by all. */
const OUTCOME_DEADLINE_MS = 5_000;

/** Sends dead letters again, notes what Kafka has acknowledged, and waits until the warehouse has read it. */
export async function replay(warehouse: Warehouse, request: ReplayRequest): Promise<Replayed[]> {
  const { topic, bootstrap } = warehouse;
  return withNode(warehouse.node, (node) =>
    withTopic(warehouse, async (open) => {
      const ends = await open.ends();
      const sent: Place[] = [];
      if ("places" in request) {
        const corrected = request.text !== undefined;
        const letters = await chooseByPlace(node, { ...request, topic, corrected });
        sent.push(...(await send(node, open, letters, request.text)));
      } else {
        const choice = await chooseAll(node, request.all, sentBefore(topic, ends), request);
        sent.push(...(await sendPages(node, open, choice)));
      }
      if (sent.length === 0) return [];
      await untilConsumed(bootstrap, topic);
      return outcomesOf(node, sent, topic, ends);
    }),
  );
}

async function sendPages(node: NodeSession, open: OpenTopic, choice: Choice): Promise<Place[]> {
  const sent: Place[] = [];
  for await (const page of pages(node, choice)) sent.push(...(await send(node, open, page)));
  return sent;
}

/** Each request is noted as soon as it is acknowledged: whatever happens then, what was sent is known. */
async function send(
  node: NodeSession,
  open: OpenTopic,
  letters: readonly DeadLetter[],
  text?: string,
): Promise<Place[]> {
  for (const group of inRequests(letters, REQUEST_BYTES, ({ bytes }) => bytes)) {
    await open.send(group.map((letter) => replayMessage(letter, text)));
    await noteReplays(
      node,
      group.map(({ place }) => place),
    );
  }
  return letters.map(({ place }) => place);
}

async function outcomesOf(
  node: NodeSession,
  sent: readonly Place[],
  topic: string,
  ends: readonly bigint[],
): Promise<Replayed[]> {
  let replayed: Replayed[] = [];
  await pollUntil(OUTCOME_DEADLINE_MS, async () => {
    const outcomes = await readOutcomes(node, replaysSince(topic, ends));
    replayed = sent.map((place) => ({ place, became: outcomes.get(fullId(place)) ?? [] }));
    return replayed.every(({ became }) => became.length > 0) ? true : undefined;
  });
  return replayed;
}
