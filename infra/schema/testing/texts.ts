import { ACCEPTED, accepts, type LineCase, line, reads, refuses } from "./lineCase.ts";

const NO_TEXT = ['""', "5", "-1.5", "true", "false", "null", '{"a":1}', '["AAPL"]', "[]", "{}"];

/** Sides that a kind of tick does not take. */
const refusesSides = (kind: string, accepted: string, ...values: (string | undefined)[]): LineCase[] =>
  values.map((side) =>
    reads(
      `a ${kind} with side ${side}`,
      line({ event_type: `"${kind}"`, side }),
      `side is ${side ?? "missing"}; accepted for a ${kind}: ${accepted}`,
    ),
  );
const NO_BID_OR_ASK = [undefined, "null", '""', '"unknown"', '"SELL"', '"ask"', "0"];
const BID_OR_ASK = '"buy" (bid), "sell" (ask)';

/** Names, and fields with a list of accepted texts. */
export const TEXTS: readonly LineCase[] = [
  ...refuses("exchange", ...NO_TEXT),
  ...refuses("symbol", ...NO_TEXT),
  ...accepts("symbol", {
    '"caf\\u00e9"': "café",
    '"日経225"': "日経225",
    '"\\ud83d\\ude00"': "😀",
    '"a\\"b\'c\\\\d"': "a\"b'c\\d",
    '"1INCH"': "1INCH",
    '"600519"': "600519",
    '"true"': "true",
    '"[x]"': "[x]",
    '"tab\\there"': "tab\there",
  }),
  reads("a symbol of 128 characters", line({ symbol: `"${"é".repeat(128)}"` }), { symbol: "é".repeat(128) }),
  ...refuses("symbol", `"${"é".repeat(129)}"`),
  reads(
    "a value that is too long to be shown whole",
    line({ symbol: `"${"A".repeat(9_000)}"` }),
    `symbol is "${"A".repeat(199)}; accepted: ${ACCEPTED.symbol}`,
  ),
  ...refuses("event_type", '"TRADE"', '"Trade"', '"trade "', '"candle"', '""', "1", "null", '["trade"]'),
  ...accepts("event_type", { '"quote"': "quote", '"book"': "book" }),
  ...accepts("side", { '"sell"': "sell", '"unknown"': "unknown", '""': "unknown", null: "unknown" }),
  reads("a trade without a side", line({ side: undefined }), { side: "unknown" }),
  ...refusesSides("trade", '"buy", "sell", "unknown"', '"BUY"', '"bid"', '"buy "', "1", "true", '["buy"]'),
  ...["quote", "book"].flatMap((kind) => refusesSides(kind, BID_OR_ASK, ...NO_BID_OR_ASK)),
];
