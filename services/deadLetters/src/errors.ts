import type { SentLetter } from "./send.ts";

/** Why a dead letter can't be sent again. */
export type RefusalReason = "unknown" | "replayed" | "empty";

export interface Refusal {
  /** `0/1234/0` */
  readonly id: string;
  readonly reason: RefusalReason;
  readonly text: string;
}

/** Not all that was asked for can be sent, so nothing was. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  constructor(readonly refusals: readonly Refusal[]) {
    super(`nothing was sent: ${refusals.map(({ text }) => text).join("; ")}`);
  }
}

/** Kafka can't be reached, or did not take the messages. What it had taken before is noted. */
export class KafkaError extends Error {
  override readonly name = "KafkaError";
}

/** Kafka has the messages, and the dead letters do not say so: sent once more, they would be twice there. */
export class NotNotedError extends Error {
  override readonly name = "NotNotedError";
  constructor(
    readonly sent: readonly SentLetter[],
    cause: unknown,
  ) {
    super(
      `${sent.length} dead letter(s) were sent again, and could not be marked so: ${(cause as Error).message}`,
      { cause },
    );
  }
}
