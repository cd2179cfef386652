import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MAX_BACKOFF_MS, nextDelayMs, POLL_MS, Poller } from "./poller.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const start = (poll: (signal: AbortSignal) => Promise<void>) => {
  const errors: number[] = [];
  const poller = new Poller({ poll, onError: (_error, retryInMs) => errors.push(retryInMs) });
  poller.resume();
  return { poller, errors };
};

describe("nextDelayMs", () => {
  it.each([
    [0, POLL_MS],
    [1, POLL_MS * 2],
    [2, POLL_MS * 4],
    [50, MAX_BACKOFF_MS],
  ])("after %i failures is %i", (failures, delay) => {
    expect(nextDelayMs(failures)).toBe(delay);
  });
});

describe("Poller", () => {
  it("polls at once, then at the interval", async () => {
    const poll = vi.fn(async () => {});
    start(poll);
    await vi.advanceTimersByTimeAsync(0);
    expect(poll).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(poll).toHaveBeenCalledTimes(2);
  });

  it("backs off while polls fail, and comes back to the interval after one that works", async () => {
    let works = false;
    const poll = vi.fn(async () => {
      if (!works) throw new Error("down");
    });
    const { errors } = start(poll);
    await vi.advanceTimersByTimeAsync(POLL_MS * 2);
    expect(errors).toEqual([POLL_MS * 2, POLL_MS * 4]);
    works = true;
    await vi.advanceTimersByTimeAsync(POLL_MS * 4);
    expect(poll).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(poll).toHaveBeenCalledTimes(4);
    expect(errors).toHaveLength(2);
  });

  it("aborts the running poll when paused, reports no error for it, and polls at once when resumed", async () => {
    const signals: AbortSignal[] = [];
    const { poller, errors } = start((signal) => {
      signals.push(signal);
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    poller.pause();
    await vi.advanceTimersByTimeAsync(POLL_MS * 10);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    poller.resume();
    expect(signals).toHaveLength(2);
    expect(errors).toEqual([]);
  });

  it("never runs two polls at once, and none after stop", async () => {
    const poll = vi.fn(async () => {});
    const { poller } = start(poll);
    poller.resume();
    expect(poll).toHaveBeenCalledTimes(1);
    poller.stop();
    poller.resume();
    await vi.advanceTimersByTimeAsync(POLL_MS * 10);
    expect(poll).toHaveBeenCalledTimes(1);
  });
});
