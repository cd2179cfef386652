import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../../tests/support/engine.ts";
import { type ReadLine, readMessages } from "../../tests/support/reading.ts";
import { STORED } from "./testing/lineCase.ts";
import { NUMBERS } from "./testing/numbers.ts";
import { TEXTS } from "./testing/texts.ts";
import { TIMES } from "./testing/times.ts";
import { WHOLE_LINES } from "./testing/wholeLines.ts";

const CASES = [...WHOLE_LINES, ...TEXTS, ...NUMBERS, ...TIMES];

let engine: Engine;
let read: ReadLine[][];
beforeAll(async () => {
  engine = await startEngine();
  const { url, owner, database } = engine;
  read = await readMessages(
    { node: "clickhouse-01", url, ...owner, database },
    CASES.map(({ text }) => text),
  );
});
afterAll(() => engine?.stop());

describe("a message of one line", () => {
  it.each(CASES.map((each, index) => ({ ...each, index })))("$name", ({ text, expected, index }) => {
    const place = { line: 0, lines: 1 };
    const letter = (error: unknown) => ({ ...place, error, raw: Buffer.from(text as string) });
    const wanted =
      typeof expected === "string"
        ? letter(expected)
        : expected instanceof RegExp
          ? letter(expect.stringMatching(expected))
          : { ...place, tick: { ...STORED, ...expected } };
    expect(read[index]).toEqual([wanted]);
  });
});
