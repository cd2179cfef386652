import { describe, expect, it } from "vitest";
import { Counters } from "./counters.ts";
import type { Message } from "./packer.ts";
import { Sender, type SenderOptions } from "./sender.ts";
import type { Sink } from "./sinks/sink.ts";
import type { FeedTick } from "./sources/source.ts";
import { batchesOf } from "./testing/collect.ts";

const defaults: SenderOptions = {
  maxTicks: 2,
  maxBytes: 1000,
  lingerMs: 1000,
  batchBytes: 20,
  queueBytes: 1000,
};
const tick = (symbol: string, text: string): FeedTick => ({ symbol, text, kind: "trade" });

/** A sink whose requests end when the test says so. */
function manualSink() {
  const sent: string[][] = [];
  const open: { resolve(): void; reject(error: Error): void }[] = [];
  const sink: Sink = {
    description: "test",
    connect: async () => {},
    close: async () => {},
    send: (messages: readonly Message[]) =>
      new Promise((resolve, reject) => {
        sent.push(messages.map(({ value }) => value));
        open.push({ resolve, reject });
      }),
  };
  return { sink, sent, open };
}

function instantSink() {
  const sent: string[] = [];
  const sink: Sink = {
    description: "test",
    connect: async () => {},
    close: async () => {},
    send: async (messages) => {
      sent.push(...messages.map(({ value }) => value));
    },
  };
  return { sink, sent };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("Sender", () => {
  it("has one request in flight and none left when it returns", async () => {
    const { sink, sent, open } = manualSink();
    const counters = new Counters();
    const sender = new Sender(sink, defaults, counters, () => {});
    let done = false;
    const consumed = sender
      .consume(batchesOf([tick("A", "1"), tick("A", "2"), tick("A", "3"), tick("B", "4"), tick("A", "5")]))
      .then(() => {
        done = true;
      });
    await settled();
    expect(sent).toEqual([["1\n2"]]);
    expect(counters.sentTicks).toBe(2);
    expect(counters.ackedTicks).toBe(0);
    open[0]?.resolve();
    await settled();
    expect(sent).toEqual([["1\n2"], ["3\n5", "4"]]);
    expect(done).toBe(false);
    open[1]?.resolve();
    await consumed;
    expect(counters.ackedTicks).toBe(5);
  });

  it("makes the source wait while the queue is full", async () => {
    const { sink, open } = manualSink();
    let taken = 0;
    async function* endless(): AsyncGenerator<FeedTick[]> {
      while (taken < 100) {
        taken += 1;
        yield [tick("A", "x".repeat(50))];
      }
    }
    const sender = new Sender(sink, { ...defaults, queueBytes: 300 }, new Counters(), () => {});
    const consumed = sender.consume(endless());
    await settled();
    expect(taken).toBe(6);
    await settled();
    expect(taken).toBe(6);
    for (let i = 0; i < 100; i += 1) {
      open[i]?.resolve();
      await settled();
    }
    await consumed;
    expect(taken).toBe(100);
  });

  it("never exceeds the bytes of a request, except with one message", async () => {
    const sizes: number[] = [];
    const sink: Sink = {
      ...instantSink().sink,
      send: async (messages) => {
        if (messages.length > 1) sizes.push(messages.reduce((sum, { bytes }) => sum + bytes, 0));
      },
    };
    const sender = new Sender(sink, { ...defaults, batchBytes: 30 }, new Counters(), () => {});
    const ticks = Array.from({ length: 200 }, (_, i) => tick(`S${i % 7}`, "x".repeat(i % 40)));
    await sender.consume(batchesOf(ticks));
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(30);
  });

  it("sends an open message after the linger time although the source is silent", async () => {
    const { sink, sent } = instantSink();
    let finish: (() => void) | undefined;
    const silence = new Promise<void>((resolve) => {
      finish = resolve;
    });
    async function* silent(): AsyncGenerator<FeedTick[]> {
      yield [tick("A", "1")];
      await silence;
    }
    const sendThenFinish: Sink = {
      ...sink,
      async send(messages) {
        await sink.send(messages);
        finish?.();
      },
    };
    const sender = new Sender(sendThenFinish, { ...defaults, lingerMs: 5 }, new Counters(), () => {});
    await sender.consume(silent());
    expect(sent).toEqual(["1"]);
  });

  it("stops the source and throws the sink's error", async () => {
    const { sink, open } = manualSink();
    const stop = new AbortController();
    async function* untilStopped(): AsyncGenerator<FeedTick[]> {
      yield [tick("A", "1"), tick("A", "2")];
      await new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
    }
    const sender = new Sender(sink, defaults, new Counters(), () => stop.abort());
    const consumed = sender.consume(untilStopped());
    await settled();
    open[0]?.reject(new Error("broker gone"));
    await expect(consumed).rejects.toThrow("broker gone");
  });

  it("sends what came before the source's error, then throws it", async () => {
    const { sink, sent } = instantSink();
    async function* failing(): AsyncGenerator<FeedTick[]> {
      yield [tick("A", "1"), tick("B", "2")];
      throw new Error("bad row");
    }
    const sender = new Sender(sink, defaults, new Counters(), () => {});
    await expect(sender.consume(failing())).rejects.toThrow("bad row");
    expect(sent).toEqual(["1", "2"]);
  });
});
