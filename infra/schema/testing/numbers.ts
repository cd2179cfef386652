import { accepts, type LineCase, line, NO_JSON, reads, refuses, tooLarge } from "./lineCase.ts";

const NO_AMOUNT = [
  "-1",
  "-1e-300",
  "true",
  "false",
  "null",
  '""',
  '"abc"',
  '"1,5"',
  '" 1"',
  '"1 "',
  '"0x10"',
];
const NO_FINITE_AMOUNT = ['"NaN"', '"inf"', '"1e400"', '"-1"', "[1]", '{"a":1}'];
const AMOUNTS = {
  "0": 0,
  "-0": 0,
  "-0.0": 0,
  '"-0"': 0,
  "12": 12,
  '"12.5"': 12.5,
  "1E2": 100,
  "0.1": 0.1,
  "0.00031099999999999997": 0.00031099999999999997,
  '"0.00031099999999999997"': 0.00031099999999999997,
  "5e-324": 5e-324,
} as const;

const amounts = (field: "price" | "size"): LineCase[] => [
  ...refuses(field, ...NO_AMOUNT, ...NO_FINITE_AMOUNT),
  ...accepts(field, AMOUNTS),
  ...["NaN", "Infinity", "01", ".5", "1."].map((text) =>
    reads(`${field} ${text}, which is no JSON`, line({ [field]: text }), NO_JSON),
  ),
  ...["1e400", "100000000000000000000"].map((text) =>
    reads(`${field} ${text}`, line({ [field]: text }), tooLarge(`"${field}":${text}`)),
  ),
];

const tooMuch = (size: string, money: string): string =>
  `size is ${size} and price * size ${money}; accepted: both below 1e15`;

/** Amounts, and whole numbers. */
export const NUMBERS: readonly LineCase[] = [
  ...amounts("price"),
  ...amounts("size"),
  reads("a size of 1e19", line({ price: "0", size: "1e19" }), tooMuch("10000000000000000000", "0")),
  reads("a size of 1e15", line({ price: "0", size: "1e15" }), tooMuch("1000000000000000", "0")),
  reads("a size just below 1e15", line({ price: "1", size: "999999999999999.9" }), {
    price: 1,
    size: 999999999999999.9,
  }),
  reads("too much money", line({ price: "1e8", size: "1e7" }), tooMuch("10000000", "1000000000000000")),
  reads("more money than a double holds", line({ price: "1.7e308" }), tooMuch("100", "inf")),

  ...refuses("seq_id", "1.5", "-1", "-0.5", "true", "null", '""', '"x"', '" 5"', '"5 "', '"0x1F"', "[5]"),
  ...refuses("seq_id", '"18446744073709551616"', '"99999999999999999999999"', "-9223372036854775808"),
  ...["18446744073709551616", "-9223372036854775809"].map((text) =>
    reads(`seq_id ${text}`, line({ seq_id: text }), tooLarge(`"seq_id":${text}`)),
  ),
  ...accepts("seq_id", {
    "0": "0",
    '"123"': "123",
    "9007199254740993": "9007199254740993",
    "18446744073709551615": "18446744073709551615",
    '"18446744073709551615"': "18446744073709551615",
    "1e3": "1000",
  }),

  ...refuses("source_version", "1.5", "-1", '"x"', "true", "4294967296", '"4294967296"', "[1]"),
  ...accepts("source_version", { "2": 2, '"2"': 2, "4294967295": 4294967295, "0": 1, '""': 1, null: 1 }),
];
