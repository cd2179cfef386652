import {
  chooseByPlace,
  KafkaError,
  NotNotedError,
  type Place,
  type Reader,
  RefusedError,
  type SentLetter,
  sendAgain,
  shortId,
  withTopic,
} from "@tickhouse/dead-letters";
import { createWriter } from "../clickhouse/writer.ts";
import type { ClickHouseConfig, KafkaConfig, ReplayConfig } from "../config.ts";
import { ApiError } from "../errors.ts";

/** For one request to Kafka: whoever asked still waits for the answer then. */
const KAFKA_DEADLINE_MS = 5_000;

export interface ReplayRequest {
  readonly places: readonly Place[];
  /** Takes the place of the one dead letter's own. */
  readonly text?: string | undefined;
  /** Whether what was replayed already is sent again all the same. */
  readonly again: boolean;
}

/** Sends dead letters to Kafka again and marks them. */
export interface Replayer {
  /**
   * @param reader reads as the user who asks
   * @throws ApiError: not_found, not_replayable, kafka_unreachable, replay_not_noted, and those of a query
   */
  replay(reader: Reader, request: ReplayRequest): Promise<SentLetter[]>;
  close(): Promise<void>;
}

export interface ReplayerArgs {
  readonly clickhouse: ClickHouseConfig;
  readonly kafka: KafkaConfig;
  readonly replay: ReplayConfig;
}

/** Opens nothing before the first replay, and keeps no connection to Kafka: a replay is rare, and takes as long as it takes. */
export function createReplayer({ clickhouse, kafka, replay }: ReplayerArgs): Replayer {
  const { username, password, kafkaLogin: login } = replay;
  const writer = createWriter({ ...clickhouse, username, password });
  const { bootstrap, topic } = kafka;
  const send = async (reader: Reader, { places, text, again }: ReplayRequest): Promise<SentLetter[]> => {
    const letters = await chooseByPlace(reader, { topic, places, again, corrected: text !== undefined });
    return withTopic({ bootstrap, topic, login, deadlineMs: KAFKA_DEADLINE_MS }, (open) =>
      sendAgain(writer, open, letters, text),
    );
  };
  // One after the other: two at once would both find the same dead letter not replayed.
  let before: Promise<unknown> = Promise.resolve();
  return {
    replay(reader, request) {
      const sent = before.then(() => send(reader, request));
      before = sent.catch(() => {});
      return sent.catch((error: unknown) => refuse(error, topic));
    },
    async close() {
      await before;
      await writer.close();
    },
  };
}

function refuse(thrown: unknown, topic: string): never {
  if (thrown instanceof RefusedError) {
    const unknown = thrown.refusals.some(({ reason }) => reason === "unknown");
    throw new ApiError(unknown ? "not_found" : "not_replayable", thrown.message, { cause: thrown });
  }
  if (thrown instanceof KafkaError)
    throw new ApiError(
      "kafka_unreachable",
      "Kafka did not acknowledge the messages; the dead letters are as they were. Try again.",
      { cause: thrown },
    );
  if (thrown instanceof NotNotedError) {
    const places = thrown.sent.map(({ place }) => shortId(place, topic)).join(", ");
    throw new ApiError(
      "replay_not_noted",
      `Kafka has them again, but ClickHouse could not be told: ${places}. Don't send them once more.`,
      { cause: thrown },
    );
  }
  throw thrown;
}
