import { oneOf } from "../settingKinds.ts";
import { CONSUMER_MECHANISMS, type ConsumerMechanism } from "./security.ts";

/** Settings of Kafka's logins. */
export const KAFKA_SETTINGS = { kafkaConsumerMechanism: oneOf(...CONSUMER_MECHANISMS) } as const;

/** How the consumers log in: the embedded engine's Kafka client knows PLAIN alone, and comes from loopback. */
export const consumerMechanism = (config: {
  readonly target: string;
  readonly kafkaConsumerMechanism: ConsumerMechanism;
}): ConsumerMechanism => (config.target === "local" ? "PLAIN" : config.kafkaConsumerMechanism);
