import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Parameters } from "../api/client.ts";
import { barAt } from "../testing/bars.ts";
import { createStubApi } from "../testing/stubApi.ts";
import { BarFeed, FIRST_PAGE, OLDER_PAGE } from "./barFeed.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const COUNT = FIRST_PAGE + OLDER_PAGE + 5;
const stored = Array.from({ length: COUNT }, (_, minute) => barAt(minute));

/** The API over `stored`: newest first, half-open, limited. */
const answer = (_path: string, { from, to, limit }: Parameters) => {
  const inRange = stored.filter(({ time }) => (!from || time >= String(from)) && (!to || time < String(to)));
  return { bars: inRange.slice(-Number(limit)).reverse(), stats: {} };
};

const start = async (range: { from?: string; to?: string } = {}, reply = answer) => {
  const { api, asked } = createStubApi(reply);
  const errors: unknown[] = [];
  const feed = new BarFeed(
    api,
    { symbol: "A", interval: "1m", from: range.from, to: range.to },
    { onChange: () => {}, onError: (error) => errors.push(error) },
  );
  feed.resume();
  await vi.advanceTimersByTimeAsync(0);
  return { feed, asked, errors };
};

describe("BarFeed", () => {
  it("loads the newest page, and older ones on demand until there are none", async () => {
    const { feed, asked } = await start();
    expect(feed.series.bars).toHaveLength(FIRST_PAGE);
    await feed.loadOlder();
    expect(feed.exhausted).toBe(false);
    await feed.loadOlder();
    expect(feed.series.bars).toEqual(stored);
    expect(feed.exhausted).toBe(true);
    await feed.loadOlder();
    expect(asked).toHaveLength(3);
    feed.stop();
  });

  it("asks for one older page at a time, however often it is told to", async () => {
    const { feed, asked } = await start();
    await Promise.all([feed.loadOlder(), feed.loadOlder(), feed.loadOlder()]);
    expect(asked).toHaveLength(2);
    feed.stop();
  });

  it("loads a range that has a beginning as a whole, and nothing beyond it", async () => {
    const from = stored[100]?.time ?? "";
    const { feed } = await start({ from });
    await vi.advanceTimersByTimeAsync(0);
    expect(feed.series.bars).toEqual(stored.slice(100));
    feed.stop();
  });

  it("asks again from the first bar that may still change", async () => {
    const provisional = { bars: [barAt(3), barAt(2, { state: "provisional" }), barAt(1)], stats: {} };
    const { asked, feed } = await start({}, () => provisional);
    feed.refresh();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.at(-1)).toMatchObject({ from: barAt(2).time });
    feed.stop();
  });

  it("takes bars of the stream that belong to the range and to what is loaded", async () => {
    const { feed } = await start({ to: barAt(COUNT + 1).time });
    feed.take(barAt(COUNT));
    expect(feed.series.last).toEqual(barAt(COUNT));
    feed.take(barAt(COUNT + 1));
    expect(feed.series.last).toEqual(barAt(COUNT));
    // Its page is still to be loaded; alone it would leave a gap.
    feed.take(barAt(0, { revision: 2 }));
    expect(feed.series.bars).toHaveLength(FIRST_PAGE + 1);
    feed.stop();
  });

  it("tells of an error, and loads older bars the next time", async () => {
    let fails = false;
    const { feed, errors } = await start({}, (path, parameters) => {
      if (fails) throw new Error("down");
      return answer(path, parameters);
    });
    fails = true;
    await feed.loadOlder();
    expect(errors).toEqual([new Error("down")]);
    fails = false;
    await feed.loadOlder();
    expect(feed.series.bars).toHaveLength(FIRST_PAGE + OLDER_PAGE);
    feed.stop();
  });
});
