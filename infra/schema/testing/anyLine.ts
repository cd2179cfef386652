import fc from "fast-check";
import { type Field, WRITTEN } from "./lineCase.ts";

const quoted = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  texts.map((text) => JSON.stringify(text));

/** Any JSON value as text: mostly not what a field wants. */
const anyJson = fc.oneof(
  fc.json({ maxDepth: 2 }),
  fc.constantFrom(
    '""',
    "null",
    "true",
    "false",
    "-1",
    "1e400",
    "18446744073709551616",
    '"\\ud800"',
    "[]",
    "{}",
  ),
);

const name = quoted(fc.oneof(fc.constantFrom("AAPL", "BTCUSDT", "1INCH"), fc.string({ unit: "binary" })));
const amount = fc.oneof(
  fc.double({ min: 0, max: 1e9, noNaN: true }).map(String),
  fc.double({ min: 0, max: 1e13, noNaN: true }).map((value) => JSON.stringify(String(value))),
  fc.double().map((value) => JSON.stringify(value)),
);
const whole = (max: bigint) =>
  fc.bigInt({ min: -2n, max: max + 2n }).chain((value) => fc.constantFrom(`${value}`, `"${value}"`));

/** Times on both sides of every bound, in the ways in which they are written. */
const time = fc
  .tuple(
    fc.date({
      min: new Date("1969-12-30T00:00:00Z"),
      max: new Date("2030-01-01T00:00:00Z"),
      noInvalidDate: true,
    }),
    fc.constantFrom("T", "T", " ", "t"),
    fc.constantFrom("", ".5", ".123456", ".123456789", "."),
    fc.constantFrom("Z", "Z", "", "+02:00", "-0530", "+99:00", " EST"),
  )
  .map(([date, separator, fraction, zone]) => {
    const iso = date.toISOString();
    return JSON.stringify(`${iso.slice(0, 10)}${separator}${iso.slice(11, 19)}${fraction}${zone}`);
  });

/** Good values of each field, and some that are nearly good. */
const VALUES: { readonly [field in Field]: fc.Arbitrary<string> } = {
  exchange: name,
  symbol: name,
  event_time: time,
  seq_id: whole(2n ** 64n - 1n),
  event_type: quoted(fc.constantFrom("trade", "quote", "book", "trade", "Trade")),
  price: amount,
  size: amount,
  side: quoted(fc.constantFrom("buy", "sell", "buy", "sell", "unknown", "", "BUY")),
  source_version: whole(2n ** 32n - 1n),
};

const FIELDS = Object.keys(WRITTEN) as Field[];
/** Some fields, each with a value out of what `value` tells of it; undefined for one that is missing. */
const someOf = (maxLength: number, value: (field: Field) => fc.Arbitrary<string | undefined>) =>
  fc
    .subarray(FIELDS, { maxLength })
    .chain((fields) => fc.record(Object.fromEntries(fields.map((field) => [field, value(field)]))));

/** A good tick's text in which a few values are others that may be right, and now and then some are anything. */
const tickText = fc
  .tuple(
    someOf(3, (field) => VALUES[field]),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: someOf(2, () => fc.option(anyJson, { nil: undefined })) },
    ),
  )
  .map(([values, anything]) => {
    const members = Object.entries({ ...WRITTEN, ...values, ...anything });
    const written = members.filter(([, value]) => value !== undefined);
    return `{${written.map(([field, value]) => `"${field}":${value}`).join(",")}}`;
  });

const noNewline = (bytes: Buffer): Buffer => Buffer.from(bytes.filter((byte) => byte !== 10));

/** A line without its end: a tick's text whole, cut off or with a byte changed, or any bytes. */
export const anyLine: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 8, arbitrary: tickText.map((text) => Buffer.from(text)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(tickText, fc.nat())
      .map(([text, at]) => Buffer.from(text).subarray(0, at % Buffer.byteLength(text))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(tickText, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([text, at, byte]) => {
      const bytes = Buffer.from(text);
      bytes[at % bytes.length] = byte;
      return noNewline(bytes);
    }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => noNewline(Buffer.from(bytes))) },
);
