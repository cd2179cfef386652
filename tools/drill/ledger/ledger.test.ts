import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeFeed } from "../feed/feed.ts";
import { fieldsOf } from "../feed/line.ts";
import type { StoredMessage } from "../topic.ts";
import { keepLedger, linesOf } from "./ledger.ts";

const NOW = BigInt(Date.UTC(2026, 0, 1)) * 1_000n;
const TICK = {
  exchange: "XDRA",
  symbol: "A",
  micros: 1_739_058_599_123_450n,
  seqId: 7,
  type: "trade",
  price: 1,
  size: 2,
  side: "buy",
  version: 1,
} as const;

const message = (offset: number, ...lines: object[]): StoredMessage => ({
  partition: 0,
  offset: BigInt(offset),
  key: "A",
  value: Buffer.from(lines.map((line) => JSON.stringify(line)).join("\n")),
});
const tick = (fields: object): object => fieldsOf({ ...TICK, ...fields });
const only = (...messages: StoredMessage[]) => [...keepLedger(messages, NOW).ticks.values()];

describe("keepLedger", () => {
  it("keeps a tick that comes twice once, and the later version whichever comes first", () => {
    const first = tick({});
    const second = tick({ version: 2, price: 5, side: "sell" });
    expect(only(message(0, first), message(1, first))).toMatchObject([{ price: 1, version: 1 }]);
    for (const lines of [
      [first, second],
      [second, first],
    ])
      expect(only(message(0, ...lines))).toMatchObject([{ price: 5, side: "sell", version: 2 }]);
    expect(only(message(0, first, tick({ version: 2, size: 0 })))).toMatchObject([{ size: 0, version: 2 }]);
  });

  it("tells ticks apart by all that belongs to them", () => {
    const others = [
      { exchange: "XDRB" },
      { symbol: "B" },
      { micros: 1n + TICK.micros },
      { seqId: 8 },
      { type: "quote" },
    ];
    expect(only(message(0, tick({}), ...others.map(tick)))).toHaveLength(6);
    // A trade's side is news of it; a quote's is another quote.
    expect(only(message(0, tick({}), tick({ side: "sell" })))).toHaveLength(1);
    expect(only(message(0, tick({ type: "quote" }), tick({ type: "quote", side: "sell" })))).toHaveLength(2);
  });

  it("keeps broken lines by their place, the good ones beside them being no matter", () => {
    const { ticks, deadLetters, lines } = keepLedger([message(3, tick({}), {}, tick({ seqId: 8 }))], NOW);
    expect([ticks.size, lines]).toEqual([2, 3]);
    expect([...deadLetters].map(([place, bytes]) => [place, bytes.toString()])).toEqual([["0/3/1", "{}"]]);
  });

  it("comes to the same ticks in whatever order messages come, and however often", () => {
    const { messages } = makeFeed({ seed: 3, round: 1, ticks: 300, symbols: ["A", "B"] });
    const stored = messages.map(({ key, value }, offset) => ({
      partition: 0,
      offset: BigInt(offset),
      key,
      value,
    }));
    const expected = new Map([...keepLedger(stored, NOW).ticks].sort());
    fc.assert(
      fc.property(
        fc.shuffledSubarray(stored),
        fc.shuffledSubarray(stored, { minLength: stored.length }),
        (some, all) => {
          expect(new Map([...keepLedger([...some, ...all], NOW).ticks].sort())).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("linesOf", () => {
  it.each([
    ["a\nb", ["a", "b"]],
    ["a\n\n \t\r\nb\r\n", ["a", "b\r"]],
    [" a\n", [" a"]],
    ["\n \n", [""]],
    [" ", [""]],
    ["", []],
  ])("splits %j", (text, lines) => {
    expect(linesOf(Buffer.from(text)).map(String)).toEqual(lines);
  });
});
