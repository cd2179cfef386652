import { describe, expect, it } from "vitest";
import type { DeadLetter, Outcome } from "../../services/deadLetters/src/index.ts";
import { causesTable, lettersTable, letterText, replayedTable } from "./tables.ts";

const place = { topic: "ticks", partition: 2, offset: 40n, line: 7 };
const letter: DeadLetter = {
  place,
  lines: 9,
  at: "2025-11-14T19:25:17.123456Z",
  error: 'symbol is "\u001b[31m"; accepted: an instrument of 1 to 128 characters, "AAPL"',
  raw: Buffer.from(`{"symbol":"\u001b[31m\n\u202e${"x".repeat(100)}`),
  bytes: 120,
  replayOf: "",
  replays: 0,
  replayedAt: undefined,
};
const stored: Outcome = {
  kind: "stored",
  place: { topic: "ticks", partition: 0, offset: 50n, line: 0 },
  at: "2025-11-15T00:00:01.000000Z",
  tick: "XNAS AAPL trade 1 at 2025-11-14T19:25:17.123456Z",
  price: 189.5,
  size: 100,
  side: "buy",
  version: 1,
  stands: true,
};
const dead: Outcome = {
  kind: "dead letter",
  place: { ...place, offset: 51n },
  at: "2025-11-15T00:00:00.500000Z",
  error: "price is -1; accepted: …",
};

describe("what is printed", () => {
  it("lists dead letters without a character that a terminal would act on", () => {
    const text = lettersTable([letter], "ticks");
    expect(text).toMatchInlineSnapshot(`
      "╔════════╤══════════════════════╤════════════════════════════════════════════════════╤══════════════════════════════════════╤═════════╗
      ║ id     │ read at              │ cause                                              │ text                                 │ replays ║
      ╟────────┼──────────────────────┼────────────────────────────────────────────────────┼──────────────────────────────────────┼─────────╢
      ║ 2/40/7 │ 2025-11-14T19:25:17Z │ symbol is "\\x1b[31m"; accepted: an instrument of 1 │ {"symbol":"\\x1b[31m\\n\\u{202e}xxxxxx… │       0 ║
      ║        │                      │ to 128 characters, "AAPL"                          │                                      │         ║
      ╚════════╧══════════════════════╧════════════════════════════════════════════════════╧══════════════════════════════════════╧═════════╝"
    `);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it("counts causes and all", () => {
    expect(
      causesTable([
        { cause: "price is …", count: 12 },
        { cause: "the line is no valid JSON", count: 3 },
      ]),
    ).toMatchInlineSnapshot(`
      "╔═══════════════════════════╤══════════════╗
      ║ cause                     │ dead letters ║
      ╟───────────────────────────┼──────────────╢
      ║ price is …                │           12 ║
      ║ the line is no valid JSON │            3 ║
      ║ all                       │           15 ║
      ╚═══════════════════════════╧══════════════╝"
    `);
  });

  it("shows everything of a dead letter", () => {
    const again = {
      ...letter,
      replayOf: "ticks/2/39/0",
      replays: 2,
      replayedAt: "2025-11-15T00:00:00.000000Z",
    };
    const text = letterText(again, [dead, { ...stored, stands: false }], "ticks");
    expect(text).toMatchInlineSnapshot(`
      "2/40/7
        cause      symbol is "\\x1b[31m"; accepted: an instrument of 1 to 128 characters, "AAPL"
        place      topic ticks, partition 2, offset 40, line 7 (from 0) of 9
        read at    2025-11-14T19:25:17.123456Z
        text       120 bytes: {"symbol":"\\x1b[31m\\n\\u{202e}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
        replay of  ticks/2/39/0
        replayed   2 time(s), last at 2025-11-15T00:00:00.000000Z
        became     dead letter 2/51/7: price is -1; accepted: …
        became     stored (0/50/0): XNAS AAPL trade 1 at 2025-11-14T19:25:17.123456Z, buy 100 for 189.5, version 1; the history has a later version of it, or a later copy"
    `);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it("says what became of replays", () => {
    expect(
      replayedTable(
        [
          { place, became: [stored] },
          { place: { ...place, line: 8 }, became: [dead] },
          { place: { ...place, topic: "other" }, became: [] },
        ],
        "ticks",
      ),
    ).toMatchInlineSnapshot(`
      "╔══════════════╤════════════════════════════════════════════════════════════════════════════════════════════╗
      ║ replayed     │ became                                                                                     ║
      ╟──────────────┼────────────────────────────────────────────────────────────────────────────────────────────╢
      ║ 2/40/7       │ stored (0/50/0): XNAS AAPL trade 1 at 2025-11-14T19:25:17.123456Z, buy 100 for 189.5,      ║
      ║              │ version 1                                                                                  ║
      ║ 2/40/8       │ dead letter 2/51/7: price is -1; accepted: …                                               ║
      ║ other/2/40/7 │ not read yet; it is safe in Kafka, and comes when the ClickHouse nodes do                  ║
      ╚══════════════╧════════════════════════════════════════════════════════════════════════════════════════════╝"
    `);
  });
});
