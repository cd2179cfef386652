import {
  clip,
  type DeadLetter,
  type Outcome,
  type Place,
  printable,
  shortId,
} from "../../services/deadLetters/src/index.ts";
import { grid } from "../grid.ts";

const CAUSE_WIDTH = 50;
const TEXT_WIDTH = 36;

/** Errors quote what was sent: they are no safer to print than it. */
export const safe = (text: string): string => printable(Buffer.from(text));

/** Dead letters, one a row. Pure. */
export function lettersTable(letters: readonly DeadLetter[], topic: string): string {
  const rows = letters.map(({ place, at, error, raw, replays }) => [
    shortId(place, topic),
    at.replace(/\.\d+Z$/, "Z"),
    safe(error),
    clip(printable(raw), TEXT_WIDTH),
    String(replays),
  ]);
  return grid([["id", "read at", "cause", "text", "replays"], ...rows], {
    2: { width: CAUSE_WIDTH, wrapWord: true },
    4: { alignment: "right" },
  });
}

/** How many there are of each cause, and of all. Pure. */
export function causesTable(causes: readonly { cause: string; count: number }[]): string {
  const total = causes.reduce((sum, { count }) => sum + count, 0);
  const rows = causes.map(({ cause, count }) => [cause, String(count)]);
  return grid([["cause", "dead letters"], ...rows, ["all", String(total)]], { 1: { alignment: "right" } });
}

/** What a replay became, in a line. Pure. */
export function outcomeText(outcome: Outcome, topic: string): string {
  const id = shortId(outcome.place, topic);
  if (outcome.kind === "dead letter") return `dead letter ${id}: ${safe(outcome.error)}`;
  const { tick, price, size, side, version, stands } = outcome;
  const other = stands ? "" : "; the history has a later version of it, or a later copy";
  return `stored (${id}): ${safe(tick)}, ${side} ${size} for ${price}, version ${version}${other}`;
}

const NOT_READ = "not read yet; it is safe in Kafka, and comes when the ClickHouse nodes do";

/** Replayed dead letters with what became of them, one a row. Pure. */
export function replayedTable(
  replayed: readonly { place: Place; became: readonly Outcome[] }[],
  topic: string,
): string {
  const rows = replayed.map(({ place, became }) => [
    shortId(place, topic),
    became.length === 0 ? NOT_READ : became.map((outcome) => outcomeText(outcome, topic)).join("\n"),
  ]);
  return grid([["replayed", "became"], ...rows], { 1: { width: 90, wrapWord: true } });
}

/** Everything of one dead letter. Pure. */
export function letterText(letter: DeadLetter, became: readonly Outcome[], topic: string): string {
  const { place, lines, at, error, raw, bytes, replayOf, replays, replayedAt } = letter;
  const facts: (readonly [string, string])[] = [
    ["cause", safe(error)],
    [
      "place",
      `topic ${place.topic}, partition ${place.partition}, offset ${place.offset}, line ${place.line} (from 0) of ${lines}`,
    ],
    ["read at", at],
    ["text", `${bytes} bytes: ${printable(raw)}`],
    ...(replayOf === "" ? [] : [["replay of", safe(replayOf)] as const]),
    ["replayed", replays === 0 ? "never" : `${replays} time(s), last at ${replayedAt}`],
    ...became.map((outcome) => ["became", outcomeText(outcome, topic)] as const),
  ];
  return [shortId(place, topic), ...facts.map(([name, value]) => `  ${name.padEnd(10)} ${value}`)].join("\n");
}
