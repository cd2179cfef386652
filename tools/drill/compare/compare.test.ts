import { describe, expect, it } from "vitest";
import { openBars, timeOf } from "../ledger/barLoop.ts";
import { identityOf } from "../ledger/ledger.ts";
import type { ReadTick } from "../ledger/readLine.ts";
import { tradeOf } from "../testing/readTicks.ts";
import { compareAcknowledged } from "./acknowledged.ts";
import { type AnsweredBar, compareBars } from "./bars.ts";
import { compareDeadLetters } from "./deadLetters.ts";
import { compareTicks } from "./ticks.ts";

const ledgerOf = (...ticks: ReadTick[]) => ({
  ticks: new Map(ticks.map((tick) => [identityOf(tick), tick])),
});
const kinds = (deviations: readonly { kind: string }[]) => deviations.map(({ kind }) => kind);

describe("compareTicks", () => {
  const one = tradeOf();
  const two = tradeOf({ seqId: 2n });

  it("finds nothing where all is there", () => {
    expect(compareTicks([two, one], ledgerOf(one, two))).toEqual([]);
  });

  it.each([
    ["a tick that is missing", [one], ["lost"]],
    ["another price in the last bit", [one, { ...two, price: 100.000_000_000_000_01 }], ["lost"]],
    ["another size", [one, { ...two, size: 0 }], ["lost"]],
    ["another side", [one, { ...two, side: "sell" }], ["lost"]],
    ["an older version", [one, { ...two, version: 0 }], ["lost"]],
    ["a tick that is there twice", [one, two, two], ["doubled"]],
    ["a tick that nobody sent", [one, two, tradeOf({ seqId: 3n })], ["doubled"]],
  ])("finds %s", (_, stored, expected) => {
    expect(kinds(compareTicks(stored, ledgerOf(one, two)))).toEqual(expected);
  });
});

describe("compareDeadLetters", () => {
  const ledger = { deadLetters: new Map([["0/7/1", Buffer.from("{}\r")]]) };
  const letter = (place: string, text: string) => ({ place, bytes: Buffer.from(text) });

  it.each([
    ["nothing where all is there", [letter("0/7/1", "{}\r")], 0],
    ["a letter that is missing", [], 1],
    ["a letter that is not what was sent, byte by byte", [letter("0/7/1", "{}")], 1],
    ["a letter that is there twice", [letter("0/7/1", "{}\r"), letter("0/7/1", "{}\r")], 1],
    ["a good line among the letters", [letter("0/7/1", "{}\r"), letter("0/7/0", "{…}")], 1],
  ])("finds %s", (_, stored, count) => {
    expect(compareDeadLetters(stored, ledger)).toHaveLength(count);
  });
});

describe("compareBars", () => {
  const bars = openBars(
    [tradeOf({ price: 2, size: 3 }), tradeOf({ seqId: 2n, price: 4, size: 1, side: "sell" })],
    60,
  );
  const good: AnsweredBar = {
    time: bars[0] === undefined ? "" : timeOf(bars[0]),
    open: 2,
    high: 4,
    low: 2,
    close: 4,
    volume: 4,
    vwap: 2.5,
    trades: 2,
    buyVolume: 3,
    sellVolume: 1,
  };

  it("finds nothing where all is there", () => {
    expect(compareBars("A 1m", [good], bars)).toEqual([]);
  });

  it.each(["open", "high", "low", "close", "volume", "vwap", "trades", "buyVolume", "sellVolume"] as const)(
    "finds another %s",
    (key) => {
      const [deviation] = compareBars("A 1m", [{ ...good, [key]: good[key] + 1e-15 * good[key] }], bars);
      expect(deviation?.actual).toContain(key);
    },
  );

  it("finds bars that are missing, too many, and there twice", () => {
    expect(compareBars("A 1m", [], bars)).toHaveLength(1);
    expect(compareBars("A 1m", [good, { ...good, time: "2025-01-01T00:00:00Z" }], bars)).toHaveLength(1);
    expect(compareBars("A 1m", [good, good], bars)).toHaveLength(1);
  });
});

describe("compareAcknowledged", () => {
  const sent = [{ key: "A", value: Buffer.from("x"), lines: 1 }];
  const stored = [{ partition: 2, offset: 5n, key: "A", value: Buffer.from("x") }];

  it("finds a message that was acknowledged and is not there, or is another one", () => {
    expect(compareAcknowledged([[0, 2, "5"]], sent, stored)).toEqual([]);
    expect(compareAcknowledged([[0, 2, "6"]], sent, stored)).toHaveLength(1);
    expect(
      compareAcknowledged([[0, 2, "5"]], [{ key: "A", value: Buffer.from("y"), lines: 1 }], stored),
    ).toHaveLength(1);
  });
});
