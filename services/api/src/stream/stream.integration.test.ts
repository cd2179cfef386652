import { describe, expect, it } from "vitest";
import type { OpenStream } from "../testing/openStream.ts";
import type { TestApi } from "../testing/startApi.ts";
import { useStreamCluster } from "../testing/streamCluster.ts";
import { expectedOf, type Message, makeMessages, received, total } from "../testing/streamMessages.ts";
import { createRandom } from "../testing/ticks.ts";
import { untilSoon } from "../testing/until.ts";

const { start, listen, insert } = useStreamCluster();

describe("ticks", () => {
  it("come in Kafka's order, each once, however they were inserted", async () => {
    const api = await start();
    const wanted = ["AAPL", "BTC/USD"];
    const stream = await listen(api, `symbol=AAPL,BTC%2FUSD&channels=ticks`);
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const messages = makeMessages(300, 1);
    const random = createRandom(2);
    for (let at = 0; at < messages.length; ) {
      const block = messages.slice(at, at + 1 + Math.floor(random() * 40));
      await insert(block);
      // At least once: a block may be delivered again.
      if (random() < 0.3) await insert(block);
      at += block.length;
    }
    const expected = expectedOf(messages, wanted);
    await stream.untilCount("tick", total(expected));
    expect(received(stream)).toEqual(expected);
    expect(stream.of("tick")[0]).toEqual({
      symbol: expect.any(String),
      exchange: "XNAS",
      eventTime: "2025-11-14T19:25:17.123456Z",
      seqId: expect.any(String),
      eventType: "trade",
      price: expect.any(Number),
      size: 1,
      side: "buy",
      sourceVersion: 1,
      ingestTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      kafkaPartition: expect.any(Number),
      kafkaOffset: expect.any(String),
      kafkaLine: expect.any(Number),
      replayOf: "",
    });
  });

  it("go on behind any event, on another instance, from its beginning on or from long ago", async () => {
    const wanted = ["AAPL", "MSFT"];
    const messages = makeMessages(240, 3);
    const query = "symbol=MSFT,AAPL&channels=ticks";
    const first = await listen(await start(), query);
    const began = first.lastEventId;
    for (let at = 0; at < messages.length; at += 20) await insert(messages.slice(at, at + 20));
    const expected = expectedOf(messages, wanted);
    const count = total(expected);
    await first.untilCount("tick", count);
    expect(received(first)).toEqual(expected);

    const other = await start({ settleMs: 300 });
    for (const after of [
      began,
      "t=",
      ...first.events.filter((_, index) => index % 25 === 0).map(({ id }) => id),
    ]) {
      const before = first.events.findIndex(({ id }) => id === after) + 1;
      const resumed = await listen(other, query, after);
      await resumed.untilCount("tick", count - before);
      const head = { ...first, of: () => first.of("tick").slice(0, before) };
      expect(received(head, resumed)).toEqual(expected);
      resumed.close();
    }
  });

  it("are not lost or doubled by a client that comes and goes while they flow", async () => {
    const messages = makeMessages(300, 4);
    const expected = expectedOf(messages, ["NVDA", "ETH-EUR"]);
    const api = [await start(), await start()];
    const parts: OpenStream[] = [await listen(api[0] as TestApi, "symbol=NVDA,ETH-EUR&channels=ticks")];
    for (let at = 0; at < messages.length; at += 20) {
      await insert(messages.slice(at, at + 20));
      const last = parts.at(-1) as OpenStream;
      last.close();
      await untilSoon(
        () => last.ended,
        () => "the stream closes",
      );
      parts.push(
        await listen(
          api[parts.length % 2] as TestApi,
          "symbol=NVDA,ETH-EUR&channels=ticks",
          last.lastEventId,
        ),
      );
    }
    await untilSoon(
      () => parts.reduce((sum, part) => sum + part.of("tick").length, 0) >= total(expected),
      () => `${total(expected)} ticks in ${parts.length} parts`,
    );
    expect(received(...parts)).toEqual(expected);
  });

  it("wait for what is missing before them, and go over it when it does not come", async () => {
    const api = await start({ settleMs: 1_500 });
    const stream = await listen(api, "symbol=AAPL&channels=ticks");
    const message = (offset: number): Message => ({
      partition: 0,
      offset,
      lines: [{ symbol: "AAPL", seq: offset, price: 1, broken: false }],
    });
    const got = () => stream.of("tick").map((tick) => Number(tick["kafkaOffset"]));
    await insert([message(0)]);
    await stream.untilCount("tick", 1);
    await insert([message(2), message(3)]);
    await insert([{ ...message(1), lines: [{ symbol: "MSFT", seq: 1, price: 1, broken: false }] }]);
    await stream.untilCount("tick", 3);
    await insert([message(5)]);
    const arrived = performance.now();
    await stream.untilCount("tick", 4);
    expect(got()).toEqual([0, 2, 3, 5]);
    expect(performance.now() - arrived).toBeGreaterThan(1_000);
  });
});
