import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applySchema, type Cluster, localSchema, startCluster } from "../../tests/support/engine.ts";
import { type ReadLine, readMessages } from "../../tests/support/reading.ts";
import { type Connection, withNode } from "../clickhouse/connection.ts";
import { line, NO_JSON, NO_OBJECT } from "./testing/lineCase.ts";

let cluster: Cluster;
let node: Connection;
beforeAll(async () => {
  cluster = await startCluster({ shards: 2 });
  await applySchema(cluster, localSchema(cluster.topology));
  [node] = cluster.connections as [Connection];
});
afterAll(() => cluster?.stop());

const readOne = async (message: string | Buffer): Promise<ReadLine[]> => {
  const [lines = []] = await readMessages(node, [message]);
  return lines;
};
const seqIds = (lines: readonly ReadLine[]): (string | undefined)[] => lines.map(({ tick }) => tick?.seq_id);
const MEGABYTE = 1 << 20;

describe("a message of several lines", () => {
  const numbered = (count: number, symbol = "AAPL"): string[] =>
    Array.from({ length: count }, (_, index) => line({ seq_id: String(index), symbol: `"${symbol}"` }));

  it("does not lose its good lines with the bad ones", async () => {
    const lines = numbered(500);
    const broken = new Map([7, 8, 250, 498, 499].map((at) => [at, `line ${at} is broken`]));
    for (const [at, text] of broken) lines[at] = text;
    const read = await readOne(lines.join("\n"));
    expect(read).toHaveLength(500);
    read.forEach(({ line: at, lines: of, tick, error, raw }, index) => {
      expect([at, of]).toEqual([index, 500]);
      const text = broken.get(index);
      if (text === undefined) expect([tick?.seq_id, error]).toEqual([String(index), undefined]);
      else expect([tick, error, raw?.toString()]).toEqual([undefined, NO_OBJECT, text]);
    });
  });

  it.each([
    ["newlines at its end", "\n", "\n\n\n"],
    ["CRLF line ends", "\r\n", "\r\n"],
    ["blank lines between", "\n\n \t\r\n", ""],
  ])("may have %s", async (_, separator, end) => {
    const read = await readOne(numbered(3).join(separator) + end);
    expect(read.map(({ line: at, lines: of }) => [at, of])).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
    ]);
    expect(seqIds(read)).toEqual(["0", "1", "2"]);
  });

  it.each(["", "\n", " \t\r\n\n"])("that are all blank is one dead letter: %j", async (message) => {
    expect(await readOne(message)).toEqual([{ line: 0, lines: 1, error: NO_OBJECT, raw: Buffer.alloc(0) }]);
  });

  it("keeps bytes that are no UTF-8 as they are", async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 10));
    const read = await readOne(Buffer.concat([bytes, Buffer.from(`\n${line()}\n`), bytes]));
    expect(read.map(({ raw }) => raw)).toEqual([bytes, undefined, bytes]);
  });
});

describe("no message makes an insert fail", () => {
  it("with ticks of 671 months", async () => {
    const months = Array.from({ length: 671 }, (_, index) =>
      new Date(Date.UTC(1970, 1 + index, 15)).toISOString().replace(".000", ""),
    );
    const read = await readOne(
      months.map((time, index) => line({ event_time: `"${time}"`, symbol: `"S${index % 5}"` })).join("\n"),
    );
    expect(read.map(({ tick }) => tick?.event_time.slice(0, 7))).toEqual(
      months.map((time) => time.slice(0, 7)),
    );
  });

  it("with trades of the largest size", async () => {
    const lines = Array.from({ length: 2_000 }, (_, index) =>
      line({ symbol: '"LARGE"', seq_id: String(index), price: "1", size: "999999999999999.8" }),
    );
    expect((await readOne(lines.join("\n"))).filter(({ tick }) => tick)).toHaveLength(2_000);
    const [bar] = await withNode(node, ({ rows }) =>
      rows<{ volume: number; notional: number }>(
        "SELECT toFloat64(sum(volume)) AS volume, toFloat64(sum(notional)) AS notional FROM trades_1m_all WHERE symbol = 'LARGE'",
      ),
    );
    // Not below zero, as a sum is that overflows.
    const sum = expect.closeTo(2_000 * 999999999999999.8, -5);
    expect(bar).toEqual({ volume: sum, notional: sum });
  });

  it.each([
    ["a thousand levels deep", line({}, `,"x":${"[".repeat(900)}${"]".repeat(900)}`), undefined],
    ["a hundred thousand levels deep", line({}, `,"x":${"[".repeat(1e5)}${"]".repeat(1e5)}`), NO_JSON],
    ["a hundred thousand levels open", '{"a":'.repeat(1e5), NO_JSON],
    ["an unread field of a megabyte", line({}, `,"x":"${"x".repeat(MEGABYTE)}"`), undefined],
    ["a megabyte of fraction", line({ price: `1.${"0".repeat(MEGABYTE)}` }), undefined],
    [
      "a megabyte of digits",
      line({ price: "1".repeat(MEGABYTE) }),
      /^the line is no valid JSON, or its number "price":1{192} is/,
    ],
    [
      "a megabyte of digits as text",
      line({ seq_id: `"${"1".repeat(MEGABYTE)}"` }),
      /^seq_id is "1{199}; accepted/,
    ],
    ["a megabyte of symbol", line({ symbol: `"${"x".repeat(MEGABYTE)}"` }), /^symbol is "x{199}; accepted/],
    [
      "a megabyte of time",
      line({ event_time: `"${"1".repeat(MEGABYTE)}"` }),
      /^event_time is "1{199}; accepted/,
    ],
    ["a megabyte of zeroes", "\0".repeat(MEGABYTE), NO_OBJECT],
    ["sixteen megabytes of text", "x".repeat(16 * MEGABYTE), NO_OBJECT],
  ])("of %s", async (_, text, error) => {
    const [read] = await readOne(text);
    expect(read?.error).toEqual(error instanceof RegExp ? expect.stringMatching(error) : error);
    if (error === undefined) expect(read?.tick?.seq_id).toBe("123");
    else expect(read?.raw?.equals(Buffer.from(text))).toBe(true);
  });

  it("of 10000 lines, and of more, which is one dead letter", async () => {
    expect(await readOne("x\n".repeat(10_000))).toHaveLength(10_000);
    const message = "{\n".repeat(500_000);
    const messages = await readMessages(
      node,
      Array.from({ length: 30 }, () => message),
    );
    for (const [read, ...rest] of messages) {
      expect(rest).toEqual([]);
      expect(read?.error).toBe("the message has 500000 line breaks; accepted: at most 10000");
      expect(read?.raw?.toString() === message).toBe(true);
    }
  });
});
