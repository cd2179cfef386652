/** Kafka topic of all ticks. */
export const TOPIC = "ticks";

/** Consumer group of all ClickHouse nodes. */
export const CONSUMER_GROUP = "tickhouse";
