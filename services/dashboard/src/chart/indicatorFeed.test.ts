import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Parameters } from "../api/client.ts";
import { barAt } from "../testing/bars.ts";
import { createStubApi } from "../testing/stubApi.ts";
import { IndicatorFeed } from "./indicatorFeed.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const COUNT = 25_000;
const stored = Array.from({ length: COUNT }, (_, minute) => ({
  time: barAt(minute).time,
  values: { "sma:2": minute },
}));
const answer = (_path: string, { from, to, limit }: Parameters) => ({
  points: stored
    .filter(({ time }) => time >= String(from) && (!to || time < String(to)))
    .slice(-Number(limit))
    .reverse(),
});
const timeAt = (minute: number) => barAt(minute).time;

const setUp = (reply = answer) => {
  const { api, asked } = createStubApi(reply);
  const shown: (string | undefined)[] = [];
  const errors: unknown[] = [];
  const range = { symbol: "A", interval: "1m", from: undefined, to: undefined } as const;
  const feed = new IndicatorFeed(api, range, ["sma:2"], {
    onValues: (since) => shown.push(since),
    onError: (error) => errors.push(error),
  });
  return { feed, asked, shown, errors };
};

it("reaches back to the oldest bar in pages, and further when older bars come", async () => {
  const { feed, asked } = setUp();
  feed.cover(timeAt(12_000), undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(feed.values.size).toBe(COUNT - 12_000);
  expect(asked).toHaveLength(2);
  feed.cover(timeAt(0), undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(feed.values.size).toBe(COUNT);
  expect(feed.values.at(timeAt(0))).toEqual({ "sma:2": 0 });
  feed.stop();
});

it("asks once for bars that change in quick succession, from the first of them", async () => {
  const { feed, asked, shown } = setUp();
  feed.cover(timeAt(COUNT - 10), undefined);
  await vi.advanceTimersByTimeAsync(0);
  const before = asked.length;
  for (const minute of [COUNT - 1, COUNT - 3, COUNT - 2]) feed.cover(timeAt(COUNT - 10), timeAt(minute));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toHaveLength(before + 1);
  expect(shown.at(-1)).toBe(timeAt(COUNT - 3));
  feed.stop();
});

it("tries again after an error", async () => {
  let fails = true;
  const { feed, errors } = setUp((path, parameters) => {
    if (fails) throw new Error("down");
    return answer(path, parameters);
  });
  feed.cover(timeAt(COUNT - 10), undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(errors).toEqual([new Error("down")]);
  fails = false;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(feed.values.size).toBe(10);
  feed.stop();
});
