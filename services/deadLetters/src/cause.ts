/**
 * The part of an error that many dead letters share: what is wrong, without the value. An expression that both
 * JavaScript and the server understand, so that the server can count.
 */
export const CAUSE =
  "^(?:the line is no JSON object|the line is no valid JSON|the message has|[a-z_]+ is(?: missing)?)";

const PATTERN = new RegExp(CAUSE);

/** A cause to be read by people: `price is …`. */
export const causeName = (shared: string): string =>
  shared === "" ? "other" : shared.endsWith(" is") || shared.endsWith(" has") ? `${shared} …` : shared;

/** The cause of one error. */
export const causeOf = (error: string): string => causeName(PATTERN.exec(error)?.[0] ?? "");
