import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { say } from "../report.ts";
import { onInterrupt } from "./interrupt.ts";
import { judge } from "./judge.ts";
import { kindsOf, openDrilled } from "./openDrilled.ts";
import type { DrillOptions } from "./options.ts";
import { type Drilled, type RoundSpec, runRound } from "./round.ts";
import type { RoundResult } from "./roundResult.ts";
import { countsLine, deviationLines, reproduce, roundLine, summaryTables } from "./show.ts";
import { summarise } from "./summary.ts";
import { runVerify } from "./verify.ts";

/** Runs the rounds, holds the whole stack against Kafka's offsets, and reports; the exit code. */
export async function runDrill(options: DrillOptions): Promise<number> {
  const abort = new AbortController();
  const drilled = await openDrilled(options.stack, abort.signal);
  const kinds = kindsOf(options, drilled.servers);
  const removeHandlers = onInterrupt(async () => {
    abort.abort(new Error("the drill was interrupted"));
    say("interrupted: putting everything right first");
    await putRight(drilled);
    process.exit(130);
  });
  const rounds = options.round === undefined ? range(options.rounds) : [options.round];
  const results: RoundResult[] = [];
  let unfinished: string | undefined;
  for (const round of rounds) {
    try {
      const result = await oneRound(drilled, options, { ...options, round, kinds });
      results.push(result);
      if (result.deviations.length > 0 && !options.keepGoing && !options.expectLoss) break;
    } catch (error) {
      unfinished = `round ${round}: ${(error as Error).message}`;
      console.log(`${unfinished}\n  again: ${reproduce(options, round)}`);
      if (!options.keepGoing) break;
    } finally {
      await putRight(drilled);
    }
  }
  removeHandlers();
  const audit = await runVerify(options.stack, false);
  const summary = summarise(results);
  const reasons = judge(summary, options, audit, unfinished);
  console.log(summaryTables(summary, results));
  if (options.heal) console.log(`after heals: ${countsLine(results.flatMap(leftAfterHeal))}`);
  console.log(`npm run verify: ${audit.verdict}, ${audit.missing} message(s) missing`);
  for (const reason of reasons) console.log(`failed: ${reason}`);
  if (options.json !== undefined) writeReport(options.json, { options, summary, audit, reasons, results });
  return reasons.length === 0 ? 0 : 1;
}

const leftAfterHeal = ({ deviations, afterHeal }: RoundResult) => afterHeal ?? deviations;

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Runs a round and says how it went; heals what it lost, if told to, and looks again. */
async function oneRound(drilled: Drilled, options: DrillOptions, spec: RoundSpec): Promise<RoundResult> {
  const { result, recheck } = await runRound(drilled, spec);
  console.log(roundLine(result));
  for (const line of deviationLines(result.deviations, options, spec.round)) console.log(line);
  if (!options.heal || result.deviations.length === 0) return result;
  await runVerify(options.stack, true);
  const afterHeal = await recheck();
  console.log(`  after npm run verify -- --heal: ${countsLine(afterHeal)}`);
  return { ...result, afterHeal };
}

/** Undoes whatever is still hurt. */
async function putRight({ restoration }: Drilled): Promise<void> {
  for (const problem of await restoration.all()) say(`could not be put right: ${problem}`);
}

function writeReport(file: string, report: object): void {
  const path = resolve(process.env["INIT_CWD"] ?? process.cwd(), file);
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  say(`the report is in ${path}`);
}
