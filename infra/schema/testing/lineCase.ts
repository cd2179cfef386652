import type { StoredTick } from "../../../tests/support/reading.ts";

/** A good tick as it is written in JSON. */
export const WRITTEN = {
  exchange: '"XNAS"',
  symbol: '"AAPL"',
  event_time: '"2025-11-14T19:25:17.123456Z"',
  seq_id: "123",
  event_type: '"trade"',
  price: "189.75",
  size: "100",
  side: '"buy"',
  source_version: "1",
} as const;
export type Field = keyof typeof WRITTEN;

/** The same as it is stored. */
export const STORED: StoredTick = {
  exchange: "XNAS",
  symbol: "AAPL",
  event_time: "2025-11-14 19:25:17.123456",
  seq_id: "123",
  event_type: "trade",
  price: 189.75,
  size: 100,
  side: "buy",
  source_version: 1,
};

/** The good tick with other values, each written as it shall stand in the text; undefined leaves a field out. */
export function line(fields: { readonly [name in Field]?: string | undefined } = {}, more = ""): string {
  const members = Object.entries({ ...WRITTEN, ...fields }).filter(([, value]) => value !== undefined);
  return `{${members.map(([name, value]) => `"${name}":${value}`).join(",")}${more}}`;
}

/** A line, and what shall become of it: the good tick with other values, or a dead letter with an error. */
export interface LineCase {
  readonly name: string;
  readonly text: string | Buffer;
  readonly expected: Partial<StoredTick> | string | RegExp;
}

export const reads = (
  name: string,
  text: string | Buffer,
  expected: Partial<StoredTick> | string | RegExp,
): LineCase => ({ name, text, expected });

/** What the fields say that they accept; a side's depends on the event type. */
export const ACCEPTED = {
  exchange: 'a venue code of 1 to 128 characters, "XNAS"',
  symbol: 'an instrument of 1 to 128 characters, "AAPL"',
  event_time: 'ISO 8601, "2025-11-14T19:25:17.123456Z"',
  seq_id: "a whole number from 0 to 18446744073709551615",
  event_type: '"trade", "quote", "book"',
  price: "a finite number, 0 or more",
  size: "a finite number, 0 or more",
  source_version: "a whole number from 1 to 4294967295",
} as const;
export type CheckedField = keyof typeof ACCEPTED;

/** Values, as written, that a field takes, with what is stored. */
export const accepts = <F extends Field>(field: F, values: Record<string, StoredTick[F]>): LineCase[] =>
  Object.entries(values).map(([written, stored]) =>
    reads(`${field} ${written}`, line({ [field]: written }), { [field]: stored }),
  );

/** Values, as written, that a field does not take: the error shows each as it is written. */
export const refuses = (field: CheckedField, ...values: string[]): LineCase[] =>
  values.map((written) =>
    reads(
      `${field} ${written}`,
      line({ [field]: written }),
      `${field} is ${written}; accepted: ${ACCEPTED[field]}`,
    ),
  );

const JSON_LINE =
  "one JSON object a line, UTF-8, at most 1000 levels deep, whole numbers of 64 bits, others up to 1.7976931348623157e308";
export const NO_OBJECT = "the line is no JSON object; accepted: one JSON object a line";
export const NO_JSON = `the line is no valid JSON; accepted: ${JSON_LINE}`;

/** A number that no 64 bits hold makes the whole line unreadable; the error says which one it may be. */
export const tooLarge = (member: string): string =>
  `the line is no valid JSON, or its number ${member} is too large; accepted: ${JSON_LINE}`;
