import type { DrillOptions } from "./options.ts";
import type { Summary } from "./summary.ts";
import type { Verified } from "./verify.ts";

/**
 * Why a drill failed, in sentences; none where it passed. Pure.
 * @param unfinished why a round was not run to its end
 */
export function judge(
  { lost, doubled, wrongBars, wrongDeadLetters, notInKafka, afterHeal }: Summary,
  { expectLoss, heal }: Pick<DrillOptions, "expectLoss" | "heal">,
  audit: Verified | undefined,
  unfinished: string | undefined,
): string[] {
  const reasons: string[] = [];
  const fail = (failed: boolean, reason: string): void => {
    if (failed) reasons.push(reason);
  };
  // A lost trade makes its bars wrong, and a heal brings both back.
  const left = heal ? { lost: afterHeal.lost, wrongBars: afterHeal.wrongBars } : { lost, wrongBars };
  const lossIsFine = expectLoss === true && heal !== true;
  fail(unfinished !== undefined, `a round was not finished: ${unfinished}`);
  fail(expectLoss === true && lost === 0, "nothing was lost, though loss was expected");
  fail(left.lost > 0 && !lossIsFine, `${left.lost} tick(s) lost${heal ? " after the heal" : ""}`);
  fail(left.wrongBars > 0 && !lossIsFine, `${left.wrongBars} wrong bar(s)${heal ? " after the heal" : ""}`);
  fail(doubled > 0 || afterHeal.doubled > 0, `${Math.max(doubled, afterHeal.doubled)} tick(s) doubled`);
  fail(wrongDeadLetters > 0, `${wrongDeadLetters} wrong dead letter(s)`);
  fail(notInKafka > 0, `${notInKafka} acknowledged message(s) not in Kafka`);
  if (audit !== undefined && !lossIsFine)
    fail(
      audit.verdict !== "complete",
      `npm run verify says ${audit.verdict}: ${audit.missing} message(s) missing ${audit.problems.join("; ")}`.trim(),
    );
  return reasons;
}
