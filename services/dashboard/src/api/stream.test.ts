import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FIRST_RETRY_MS } from "./poller.ts";
import { EventStream, SILENCE_MS, type StreamState } from "./stream.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server of event streams: each connection is a body that the test writes to. */
const setUp = () => {
  const requests: { headers: Headers; send(text: string): void; end(): void; signal: AbortSignal }[] = [];
  const events: [string, unknown][] = [];
  const states: StreamState["kind"][] = [];
  let refuse: Response | undefined;
  const stream = new EventStream({
    url: "./stream?symbol=A",
    readKey: () => "key",
    onEvent: (name, data) => events.push([name, data]),
    onState: ({ kind }) => states.push(kind),
    fetch: async (_url, init = {}) => {
      if (refuse !== undefined) return refuse;
      let controller: ReadableStreamDefaultController<Uint8Array>;
      const body = new ReadableStream<Uint8Array>({
        start(given) {
          controller = given;
        },
      });
      init.signal?.addEventListener("abort", () => controller.error(init.signal?.reason));
      requests.push({
        headers: new Headers(init.headers),
        send: (text) => controller.enqueue(new TextEncoder().encode(text)),
        end: () => controller.close(),
        signal: init.signal as AbortSignal,
      });
      return new Response(body);
    },
  });
  stream.start();
  return { stream, requests, events, states, refuseWith: (response: Response) => (refuse = response) };
};
const settle = () => vi.advanceTimersByTimeAsync(0);

it("sends the key, and gives each event once it is whole", async () => {
  const { requests, events, states, stream } = setUp();
  await settle();
  expect(requests[0]?.headers.get("X-API-Key")).toBe("key");
  expect(requests[0]?.headers.get("Last-Event-ID")).toBeNull();
  requests[0]?.send(': hello\n\nid: 1\nevent: tick\ndata: {"price":');
  await settle();
  expect(events).toEqual([]);
  requests[0]?.send('1.5}\n\nid: 2\nevent: bar\ndata: {"close":2}\n\n');
  await settle();
  expect(events).toEqual([
    ["tick", { price: 1.5 }],
    ["bar", { close: 2 }],
  ]);
  expect(states).toEqual(["connecting", "open"]);
  stream.stop();
});

it("connects again after a break, from the last event that came", async () => {
  const { requests, states, stream } = setUp();
  await settle();
  requests[0]?.send("id: 0:5:0,1:9:0\nevent: tick\ndata: {}\n\n");
  requests[0]?.end();
  await settle();
  expect(states.at(-1)).toBe("waiting");
  await vi.advanceTimersByTimeAsync(FIRST_RETRY_MS);
  expect(requests[1]?.headers.get("Last-Event-ID")).toBe("0:5:0,1:9:0");
  expect(states.at(-1)).toBe("open");
  stream.stop();
});

it("tells what the server said before it ended the stream, and does not pass it on as data", async () => {
  const reasons: string[] = [];
  const stream = new EventStream({
    url: "",
    readKey: () => undefined,
    onEvent: () => expect.unreachable("`end` is no event of the market"),
    onState: (state) => state.kind === "waiting" && reasons.push(state.reason),
    fetch: async () => new Response('event: end\ndata: {"code":"too_slow","detail":"Read faster."}\n\n'),
  });
  stream.start();
  await settle();
  expect(reasons).toEqual(["Read faster."]);
  stream.stop();
});

it("takes a connection on which nothing comes for dead, heartbeats counted", async () => {
  const { requests, states, stream } = setUp();
  await settle();
  await vi.advanceTimersByTimeAsync(SILENCE_MS - 1);
  requests[0]?.send(":\n\n");
  await vi.advanceTimersByTimeAsync(SILENCE_MS - 1);
  expect(states.at(-1)).toBe("open");
  await vi.advanceTimersByTimeAsync(1);
  expect(states.at(-1)).toBe("waiting");
  expect(requests[0]?.signal.aborted).toBe(true);
  stream.stop();
});

it("waits as long as the API asks", async () => {
  const { states, stream, refuseWith, requests } = setUp();
  await settle();
  refuseWith(Response.json({ detail: "busy" }, { status: 429, headers: { "Retry-After": "60" } }));
  requests[0]?.end();
  await vi.advanceTimersByTimeAsync(FIRST_RETRY_MS);
  const before = states.length;
  await vi.advanceTimersByTimeAsync(59_000);
  expect(states).toHaveLength(before);
  stream.stop();
});

it("gives up when it is refused", async () => {
  const { states, stream, refuseWith, requests } = setUp();
  await settle();
  refuseWith(Response.json({ detail: "Send the API key" }, { status: 401 }));
  requests[0]?.end();
  await vi.advanceTimersByTimeAsync(FIRST_RETRY_MS * 100);
  expect(states.slice(-2)).toEqual(["connecting", "refused"]);
  stream.stop();
});

it("says and does nothing more once stopped", async () => {
  const { states, stream, requests } = setUp();
  await settle();
  stream.stop();
  const before = states.length;
  await vi.advanceTimersByTimeAsync(SILENCE_MS * 10);
  expect(states).toHaveLength(before);
  expect(requests).toHaveLength(1);
});
