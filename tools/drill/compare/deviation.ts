/** What the drill counts against the warehouse. */
export type DeviationKind = "lost" | "doubled" | "wrong bar" | "dead letter" | "not in Kafka";

/** One thing that is not as it has to be. */
export interface Deviation {
  readonly kind: DeviationKind;
  /** The tick, line or bar that it is about. */
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

/** JSON of anything, bigints included, for messages. */
export const show = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner)) ??
  "nothing";
