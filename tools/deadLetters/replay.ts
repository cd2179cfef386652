import { type Connection, type NodeSession, withNode } from "../../infra/clickhouse/connection.ts";
import { pollUntil } from "../../infra/poll.ts";
import type { KafkaLogin } from "../../services/common/src/index.ts";
import {
  chooseByPlace,
  type Filter,
  fullId,
  type KafkaTopic,
  type OpenTopic,
  type Outcome,
  type Place,
  pages,
  readOutcomes,
  replaysSince,
  sendAgain,
  sentBefore,
  withTopic,
} from "../../services/deadLetters/src/index.ts";
import { untilConsumed } from "../untilConsumed.ts";
import { type Consent, chooseAll } from "./chooseAll.ts";

/** Kafka's topic, and the node that is asked about its dead letters. */
export interface Warehouse extends KafkaTopic {
  readonly node: Connection;
  /** Who asks Kafka what was consumed. */
  readonly auditLogin?: KafkaLogin;
}

/** What to send again: some, one of them with a corrected text; or all that a filter chooses. */
export type ReplayRequest = Consent &
  ({ readonly places: readonly Place[]; readonly text?: string } | { readonly all: Filter });

/** A dead letter that was sent again, and what became of it; nothing yet when it was not consumed in time. */
export interface Replayed {
  readonly place: Place;
  readonly became: readonly Outcome[];
}

/** From committed to readable, and from readable by one node to readable by all. */
const OUTCOME_DEADLINE_MS = 5_000;

/** Sends dead letters again, notes what Kafka has acknowledged, and waits until the warehouse has read it. */
export async function replay(warehouse: Warehouse, request: ReplayRequest): Promise<Replayed[]> {
  const { topic, bootstrap, auditLogin: login } = warehouse;
  return withNode(warehouse.node, (node) =>
    withTopic(warehouse, async (open) => {
      const ends = await open.ends();
      const sent = await send(node, open, topic, ends, request);
      if (sent.length === 0) return [];
      await untilConsumed({ bootstrap, topic, ...(login && { login }) });
      return outcomesOf(node, sent, topic, ends);
    }),
  );
}

async function send(
  node: NodeSession,
  open: OpenTopic,
  topic: string,
  ends: readonly bigint[],
  request: ReplayRequest,
): Promise<Place[]> {
  const sent: Place[] = [];
  if ("places" in request) {
    const { text } = request;
    const letters = await chooseByPlace(node, { ...request, topic, corrected: text !== undefined });
    for (const { place } of await sendAgain(node, open, letters, text)) sent.push(place);
  } else {
    const chosen = await chooseAll(node, request.all, sentBefore(topic, ends), request);
    for await (const page of pages(node, chosen))
      for (const { place } of await sendAgain(node, open, page)) sent.push(place);
  }
  return sent;
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
