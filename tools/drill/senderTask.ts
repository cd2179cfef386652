import type { FeedSpec } from "./feed/feed.ts";

/** What the sending process is told, as JSON in its first argument. */
export interface SenderTask {
  readonly bootstrap: string;
  readonly topic: string;
  readonly feed: FeedSpec;
  /** First message to send. */
  readonly from: number;
  /** How long the whole feed takes, where Kafka keeps up. */
  readonly durationMs: number;
}

/** Index of a message in the feed, its partition, and its offset: what the sending process prints, in lists. */
export type Acknowledged = readonly [index: number, partition: number, offset: string];
