export { chooseByPlace, pages } from "./choose.ts";
export { KafkaError, NotNotedError, type Refusal, type RefusalReason, RefusedError } from "./errors.ts";
export { type Condition, conditionOf, type Filter } from "./filter.ts";
export { type KafkaTopic, type MessagePlace, type OpenTopic, withTopic } from "./kafka.ts";
export {
  after,
  anyOf,
  both,
  countCauses,
  countLetters,
  type DeadLetter,
  olderThan,
  readLetters,
} from "./letters.ts";
export { isObjectText } from "./message.ts";
export { type Outcome, readOutcomes, replaysOf, replaysSince, sentBefore } from "./outcomes.ts";
export { fullId, PARTITION_END, type Place, parsePlace, shortId } from "./place.ts";
export { clip, printable } from "./printable.ts";
export { type SentLetter, sendAgain } from "./send.ts";
export type { Reader, Writer } from "./session.ts";
export { type Summary, summarize } from "./summary.ts";
