import { describe, expect, it } from "vitest";
import type { OpenStream } from "../testing/openStream.ts";
import type { TestApi } from "../testing/startApi.ts";
import { useStreamCluster } from "../testing/streamCluster.ts";

const { start, listen, onFirst } = useStreamCluster();

interface Revision {
  readonly symbol: string;
  readonly minute: string;
  readonly exchange?: string;
  readonly revision: number;
  readonly close: number;
  /** Seconds before now. */
  readonly ago?: number;
}

/** Adds revisions as the bars service does, all of them known at one moment. */
const add = (...revisions: readonly Revision[]): Promise<void> =>
  onFirst(
    `INSERT INTO bars_1m_all SELECT symbol, minute, exchange, revision, now64(6, 'UTC') - toIntervalSecond(ago) AS known_at, known_at AS first_known_at,
       close AS open, close AS high, close AS low, close, toDateTime64(minute, 6, 'UTC') AS open_time, 1 AS open_seq_id,
       toDateTime64(minute, 6, 'UTC') AS close_time, 2 AS close_seq_id, 10 AS volume, 10 * close AS notional, 4 AS buy_volume, 6 AS sell_volume, 2 AS trades
     FROM VALUES('symbol String, minute DateTime(\\'UTC\\'), exchange String, revision UInt32, close Float64, ago UInt32', ${revisions
       .map(
         ({ symbol, minute, exchange = "XNAS", revision, close, ago = 0 }) =>
           `('${symbol}', '${minute}', '${exchange}', ${revision}, ${close}, ${ago})`,
       )
       .join(", ")})`,
  );

const seen = (stream: OpenStream) =>
  stream.of("bar").map(({ symbol, time, revision, close }) => `${symbol} ${time} ${revision} ${close}`);

describe("bars", () => {
  it("come as /bars tells them, each time they change, of the asked interval", async () => {
    const api = await start();
    const minutes = await listen(api, "symbol=AAPL,MSFT&channels=bars");
    const fives = await listen(api, "symbol=AAPL&channels=bars&interval=5m");
    await add(
      { symbol: "AAPL", minute: "2025-11-14 14:31:00", revision: 1, close: 100 },
      { symbol: "AAPL", minute: "2025-11-14 14:32:00", revision: 1, close: 101 },
      { symbol: "MSFT", minute: "2025-11-14 14:31:00", revision: 1, close: 50 },
      { symbol: "NVDA", minute: "2025-11-14 14:31:00", revision: 1, close: 7 },
    );
    await minutes.untilCount("bar", 3);
    await fives.untilCount("bar", 1);
    await add({ symbol: "AAPL", minute: "2025-11-14 14:31:00", revision: 2, close: 99 });
    await minutes.untilCount("bar", 4);
    await fives.untilCount("bar", 2);
    expect(seen(minutes).slice(0, 3).sort()).toEqual([
      "AAPL 2025-11-14T14:31:00Z 1 100",
      "AAPL 2025-11-14T14:32:00Z 1 101",
      "MSFT 2025-11-14T14:31:00Z 1 50",
    ]);
    expect(seen(minutes)[3]).toBe("AAPL 2025-11-14T14:31:00Z 2 99");
    expect(seen(fives)).toEqual(["AAPL 2025-11-14T14:30:00Z 2 101", "AAPL 2025-11-14T14:30:00Z 3 101"]);

    const answered = (await (await api.get("/bars?symbol=AAPL&interval=5m")).json()) as { bars: object[] };
    expect(fives.of("bar").at(-1)).toEqual({ symbol: "AAPL", interval: "5m", ...answered.bars[0] });
    expect(minutes.of("tick")).toEqual([]);
  });

  it("go on behind any of them, each revision once, also those that were late", async () => {
    const query = "symbol=AAPL,MSFT&channels=ticks,bars";
    const first = await listen(await start(), query);
    const began = first.lastEventId;
    for (let revision = 1; revision <= 4; revision += 1) {
      await add(
        { symbol: "AAPL", minute: "2025-11-14 14:31:00", revision, close: 100 + revision },
        { symbol: "MSFT", minute: "2025-11-14 14:31:00", revision, close: 50 + revision },
      );
      await first.untilCount("bar", revision * 2);
    }
    // Another shard's clock or pass may be behind: it became known before what was sent already.
    await add({ symbol: "AAPL", minute: "2025-11-14 14:33:00", revision: 1, close: 3, ago: 2 });
    await first.untilCount("bar", 9);
    expect(new Set(seen(first)).size).toBe(9);

    const other = await start();
    for (const [index, { id }] of first.events.entries()) {
      const resumed = await listen(other, query, id);
      // A bar comes as it is now; what came between is not told again.
      const after = new Set(
        seen(first)
          .slice(index + 1)
          .map((text) => text.split(" ").slice(0, 2).join(" ")),
      );
      await resumed.untilCount("bar", after.size);
      expect(seen(resumed).sort()).toEqual(
        [
          "AAPL 2025-11-14T14:31:00Z 4 104",
          "AAPL 2025-11-14T14:33:00Z 1 3",
          "MSFT 2025-11-14T14:31:00Z 4 54",
        ].filter((text) => after.has(text.split(" ").slice(0, 2).join(" "))),
      );
      resumed.close();
    }
    const fromTheStart = await listen(other, query, began);
    await fromTheStart.untilCount("bar", 3);
  });

  it("are not doubled for a client that comes back while they change", async () => {
    const apis = [await start(), await start()] as [TestApi, TestApi];
    let stream = await listen(apis[0], "symbol=AAPL&channels=bars");
    const all: string[] = [];
    for (let revision = 1; revision <= 12; revision += 1) {
      await add({ symbol: "AAPL", minute: "2025-11-14 14:31:00", revision, close: revision });
      if (revision % 2 === 0) await stream.untilCount("bar", 1);
      const id = stream.lastEventId;
      const upTo = stream.events.filter((each) => each.id === id).length > 0 || stream.events.length === 0;
      expect(upTo).toBe(true);
      all.push(...seen(stream));
      stream.close();
      stream = await listen(apis[revision % 2 === 0 ? 0 : 1], "symbol=AAPL&channels=bars", id);
    }
    await add({ symbol: "AAPL", minute: "2025-11-14 14:31:00", revision: 13, close: 13 });
    await stream.untilCount("bar", 1);
    all.push(...seen(stream));
    expect(all.at(-1)).toBe("AAPL 2025-11-14T14:31:00Z 13 13");
    expect(new Set(all).size).toBe(all.length);
  });
});
