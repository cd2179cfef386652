import { table } from "table";
import type { Deviation } from "./compare/deviation.ts";
import type { DrillOptions } from "./options.ts";
import type { RoundResult } from "./roundResult.ts";
import { countDeviations, faultName, type Summary } from "./summary.ts";

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

/** One line about a round, as it ends. */
export function roundLine(result: RoundResult): string {
  const {
    round,
    faults,
    fell,
    messages,
    again,
    ticks,
    broken,
    bars,
    recoveryMs,
    backMs,
    tookMs,
    deviations,
  } = result;
  const struck = faults.map(
    ({ kind, victim, atLines, forMs }) => `${kind} ${victim} at ${atLines} for ${seconds(forMs)} s`,
  );
  return [
    `round ${String(round).padStart(3)}`,
    (struck.join(" and ") || "no fault").padEnd(48),
    fell.length === 0 ? "" : `${fell.join(", ")} fell besides`,
    `${messages} messages (${again} again)`,
    `${ticks} ticks, ${broken} broken, ${bars} bars`,
    recoveryMs === undefined
      ? ""
      : `recovered in ${seconds(recoveryMs)} s, back after ${seconds(backMs ?? 0)} s`,
    countsLine(deviations),
    `${seconds(tookMs)} s`,
  ]
    .filter(Boolean)
    .join("  ");
}

/** `lost 0, doubled 0, wrong 0 bars, 0 dead letters` */
export function countsLine(deviations: readonly Deviation[]): string {
  const { lost, doubled, wrongBars, wrongDeadLetters, notInKafka } = countDeviations(deviations);
  const unkept = notInKafka > 0 ? `, ${notInKafka} not in Kafka` : "";
  return `lost ${lost}, doubled ${doubled}, wrong ${wrongBars} bars, ${wrongDeadLetters} dead letters${unkept}`;
}

/** The command that runs a round again, alone. */
export function reproduce({ stack, seed, ticks, faults }: DrillOptions, round: number): string {
  const parts = [
    ...(stack === "dev" ? [] : ["--stack", stack]),
    ...["--seed", seed, "--round", round],
    ...(ticks === 2_000 ? [] : ["--ticks", ticks]),
    ...(faults === undefined ? [] : ["--faults", faults.join(",")]),
  ];
  return `npm run drill -- ${parts.join(" ")}`;
}

const SHOWN = 5;

/** What was wrong with a round, the first of it, and how to see it again. */
export function deviationLines(
  deviations: readonly Deviation[],
  options: DrillOptions,
  round: number,
): string[] {
  if (deviations.length === 0) return [];
  const rest = deviations.length - SHOWN;
  return [
    ...deviations
      .slice(0, SHOWN)
      .map(
        ({ kind, what, expected, actual }) => `  ${kind}: ${what}: expected ${expected}; actual ${actual}`,
      ),
    ...(rest > 0 ? [`  and ${rest} more, in the report of --json`] : []),
    `  again: ${reproduce(options, round)}`,
  ];
}

/** Faults by kind with their recovery times, then what all rounds come to. */
export function summaryTables(summary: Summary, results: readonly RoundResult[]): string {
  const kinds = Object.keys(summary.faults).sort();
  const rows = kinds.map((kind) => {
    const of = results.filter((result) => faultName(result) === kind);
    const { lost, doubled, wrongBars, wrongDeadLetters } = countDeviations(
      of.flatMap((each) => each.deviations),
    );
    const times = summary.recovery[kind];
    const recovery =
      times === undefined ? ["", "", ""] : [times.minMs, times.medianMs, times.maxMs].map(seconds);
    return [
      kind,
      String(of.length),
      ...recovery,
      ...[lost, doubled, wrongBars, wrongDeadLetters].map(String),
    ];
  });
  const head = [
    "fault",
    "rounds",
    "min s",
    "median s",
    "max s",
    "lost",
    "doubled",
    "wrong bars",
    "wrong dead letters",
  ];
  const columns = head.map((_, index) => ({
    alignment: index === 0 ? ("left" as const) : ("right" as const),
  }));
  const total = [
    "all",
    String(summary.rounds),
    ...["", "", ""],
    ...[summary.lost, summary.doubled, summary.wrongBars, summary.wrongDeadLetters].map(String),
  ];
  return table([head, ...rows, total], {
    columns,
    drawHorizontalLine: (at, size) => at < 2 || at >= size - 1,
  });
}
