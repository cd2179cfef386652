import {
  ACCEPTED,
  type CheckedField,
  type LineCase,
  line,
  NO_JSON,
  NO_OBJECT,
  reads,
  tooLarge,
} from "./lineCase.ts";

const noObjects = ["hello", "[1]", `[${line()}]`, "null", "12", '"text"', "", "\0\0", `\ufeff${line()}`];
const fields = Object.keys(ACCEPTED) as CheckedField[];

/** Lines as a whole: what is JSON, which fields it has. */
export const WHOLE_LINES: readonly LineCase[] = [
  ...noObjects.map((text) => reads(`the line ${JSON.stringify(text)}`, text, NO_OBJECT)),
  ...[" x", ",", line(), "\0"].map((rest) =>
    reads(`followed by ${JSON.stringify(rest)}`, line() + rest, NO_JSON),
  ),
  reads("cut off at its end", line().slice(0, -1), NO_JSON),
  reads("cut off in a value", line().slice(0, 40), NO_JSON),
  reads("in single quotes", line().replaceAll('"', "'"), NO_JSON),
  reads("a NUL in a string", line().replace("AAPL", "AA\0PL"), NO_JSON),
  reads("bytes that are no UTF-8", Buffer.from(line({ symbol: '"\xff\xfe\x80"' }), "latin1"), NO_JSON),
  reads("a lone surrogate", line({ symbol: '"\\ud800"' }), NO_JSON),
  reads("an empty object", "{}", `exchange is missing; accepted: ${ACCEPTED.exchange}`),
  reads("blanks around it", `\t ${line()} \r`, {}),
  reads("other fields", line({}, ',"note":{"price":[null,true,-1]},"":1'), {}),
  reads(
    "a number beyond 64 bits elsewhere",
    line({}, ',"id":12345678901234567890123'),
    tooLarge('"id":12345678901234567890123'),
  ),
  reads("a field twice: the first counts", `{"price":1,${line().slice(1)}`, { price: 1 }),
  reads(
    "a field twice, the first a boolean",
    `{"price":true,${line().slice(1)}`,
    `price is true; accepted: ${ACCEPTED.price}`,
  ),
  reads(
    "a name in another case",
    line({ symbol: undefined }, ',"Symbol":"AAPL"'),
    `symbol is missing; accepted: ${ACCEPTED.symbol}`,
  ),
  reads("an escaped name", line({ symbol: undefined }, ',"\\u0073ymbol":"MSFT"'), { symbol: "MSFT" }),
  ...fields
    .filter((field) => field !== "source_version")
    .map((field) =>
      reads(
        `without ${field}`,
        line({ [field]: undefined }),
        `${field} is missing; accepted: ${ACCEPTED[field]}`,
      ),
    ),
  reads("without source_version", line({ source_version: undefined }), { source_version: 1 }),
];
