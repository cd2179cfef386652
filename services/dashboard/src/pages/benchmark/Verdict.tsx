import type { BenchmarkAnswer } from "../../api/types.ts";
import { formatCount, formatMinute } from "../../format.ts";

/** Whether both sides gave the same bars. */
export function Verdict({ answer, symbol }: { answer: BenchmarkAnswer; symbol: string }) {
  const { bars, equal, difference } = answer;
  if (bars === 0)
    return (
      <p class="verdict" role="status" data-testid="bench-equal">
        No bars of {symbol} in this range: nothing to compare. Widen the range.
      </p>
    );
  return (
    <p
      class="verdict"
      role="status"
      data-state={equal ? "good" : "warn"}
      data-testid="bench-equal"
      data-value={String(equal)}
    >
      {equal
        ? `Equal: ${formatCount(bars)} bars, the same to the last bit.`
        : `Not equal: the first difference is at ${formatMinute(difference?.minute ?? "")}. The aggregates count duplicates and corrections again, or ticks came in between.`}
    </p>
  );
}
