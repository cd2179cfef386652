import { setTimeout as delay } from "node:timers/promises";

/**
 * Asks until the answer is there or the deadline has passed: the one place that waits between two
 * questions. Starts at 20 ms and backs off to `longestPauseMs`.
 *
 * @returns what `ask` returned, or undefined when `deadlineMs` went by without it.
 */
export async function pollUntil<T>(
  deadlineMs: number,
  ask: () => Promise<T | undefined> | T | undefined,
  longestPauseMs = 250,
): Promise<T | undefined> {
  const end = Date.now() + deadlineMs;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() + pauseMs > end) return undefined;
    await delay(pauseMs);
  }
}
