import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Engine, startEngine } from "../../tests/support/engine.ts";
import { readMessages } from "../../tests/support/reading.ts";
import { anyLine } from "./testing/anyLine.ts";
import { expectedTick } from "./testing/oracle.ts";

const MESSAGES = 200;
const RUNS = 5;

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine?.stop());

const isBlank = (line: Buffer): boolean => line.every((byte) => byte === 32 || byte === 9 || byte === 13);
const NEWLINE = Buffer.from("\n");

/** The lines that a message counts; one that has none but blank ones is a single empty line. */
const countedLines = (lines: readonly Buffer[]): Buffer[] => {
  const filled = lines.filter((line) => !isBlank(line));
  return filled.length === 0 ? [Buffer.alloc(0)] : filled;
};

it("every line is one tick or one dead letter, the one that a plain validator says, and none is lost", async () => {
  const { url, owner, database } = engine;
  const node = { node: "clickhouse-01", url, ...owner, database };
  let ticks = 0;
  let letters = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(anyLine, { maxLength: 12 }), { minLength: MESSAGES, maxLength: MESSAGES }),
      async (messages) => {
        const sent = messages.map((lines) => Buffer.concat(lines.flatMap((line) => [line, NEWLINE])));
        const read = await readMessages(node, sent);
        const expected = messages.map((message) => {
          const lines = countedLines(message);
          return lines.map((raw, line) => {
            const tick = expectedTick(raw);
            const place = { line, lines: lines.length };
            return tick === undefined ? { ...place, raw } : { ...place, tick };
          });
        });
        expect(read.map((lines) => lines.map(({ error: _, ...rest }) => rest))).toEqual(expected);
        for (const { error, tick } of read.flat()) {
          expect(error === undefined).toBe(tick !== undefined);
          if (tick === undefined) letters += 1;
          else ticks += 1;
        }
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  );
  // Neither kind is a rarity, or nothing was tried.
  expect(Math.min(ticks, letters)).toBeGreaterThan(1_000);
});
