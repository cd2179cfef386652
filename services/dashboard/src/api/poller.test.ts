import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FIRST_RETRY_MS, MAX_BACKOFF_MS, Poller, retryDelayMs } from "./poller.ts";
import { ProblemError } from "./problem.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const INTERVAL_MS = 1_000;

const start = (
  poll: (signal: AbortSignal) => Promise<void>,
  intervalMs: number | undefined = INTERVAL_MS,
) => {
  const errors: (number | undefined)[] = [];
  const poller = new Poller({ intervalMs, poll, onError: (_error, retryInMs) => errors.push(retryInMs) });
  poller.resume();
  return { poller, errors };
};

describe("retryDelayMs", () => {
  it.each([
    [1, FIRST_RETRY_MS],
    [2, FIRST_RETRY_MS * 2],
    [3, FIRST_RETRY_MS * 4],
    [50, MAX_BACKOFF_MS],
  ])("after %i failures is %i", (failures, delay) => {
    expect(retryDelayMs(failures, new Error("down"))).toBe(delay);
  });

  it("waits as long as the API asks, where that is longer", () => {
    expect(retryDelayMs(1, new ProblemError(429, "slow down", [], 7_000))).toBe(7_000);
    expect(retryDelayMs(3, new ProblemError(503, "busy", [], 1_000))).toBe(FIRST_RETRY_MS * 4);
  });

  it.each([400, 401, 404, 422])("gives up on status %i, which would come again", (status) => {
    expect(retryDelayMs(1, new ProblemError(status, "no"))).toBeUndefined();
  });
});

describe("Poller", () => {
  it("polls at once, then at the interval", async () => {
    const poll = vi.fn(async () => {});
    start(poll);
    await vi.advanceTimersByTimeAsync(0);
    expect(poll).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(poll).toHaveBeenCalledTimes(2);
  });

  it("polls once without an interval, but as often as it takes to get an answer", async () => {
    let works = false;
    const poll = vi.fn(async () => {
      if (!works) throw new Error("down");
    });
    const poller = new Poller({ intervalMs: undefined, poll, onError: () => {} });
    poller.resume();
    await vi.advanceTimersByTimeAsync(0);
    works = true;
    await vi.advanceTimersByTimeAsync(FIRST_RETRY_MS * 100);
    expect(poll).toHaveBeenCalledTimes(2);
  });

  it("backs off while polls fail, and comes back to the interval after one that works", async () => {
    let works = false;
    const poll = vi.fn(async () => {
      if (!works) throw new Error("down");
    });
    const { errors } = start(poll);
    await vi.advanceTimersByTimeAsync(FIRST_RETRY_MS);
    expect(errors).toEqual([FIRST_RETRY_MS, FIRST_RETRY_MS * 2]);
    works = true;
    await vi.advanceTimersByTimeAsync(FIRST_RETRY_MS * 2);
    expect(poll).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(poll).toHaveBeenCalledTimes(4);
    expect(errors).toHaveLength(2);
  });

  it("stops at a refusal until it is resumed", async () => {
    const poll = vi.fn(async () => {
      throw new ProblemError(400, "symbol: …");
    });
    const { poller, errors } = start(poll);
    await vi.advanceTimersByTimeAsync(MAX_BACKOFF_MS * 10);
    expect(errors).toEqual([undefined]);
    poller.resume();
    expect(poll).toHaveBeenCalledTimes(2);
  });

  it("aborts the running poll when paused, reports no error for it, and polls at once when resumed", async () => {
    const signals: AbortSignal[] = [];
    const { poller, errors } = start((signal) => {
      signals.push(signal);
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    poller.pause();
    await vi.advanceTimersByTimeAsync(INTERVAL_MS * 10);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    poller.resume();
    expect(signals).toHaveLength(2);
    expect(errors).toEqual([]);
  });

  it("polls once more after the poll that runs, when told to while it does", async () => {
    let finish = () => {};
    const poll = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const { poller } = start(poll);
    poller.refresh();
    poller.refresh();
    expect(poll).toHaveBeenCalledTimes(1);
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(poll).toHaveBeenCalledTimes(2);
    finish();
    await vi.advanceTimersByTimeAsync(INTERVAL_MS - 1);
    expect(poll).toHaveBeenCalledTimes(2);
    poller.stop();
  });

  it("never runs two polls at once, and none after stop", async () => {
    const poll = vi.fn(async () => {});
    const { poller } = start(poll);
    poller.resume();
    expect(poll).toHaveBeenCalledTimes(1);
    poller.stop();
    poller.resume();
    await vi.advanceTimersByTimeAsync(INTERVAL_MS * 10);
    expect(poll).toHaveBeenCalledTimes(1);
  });
});
