import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { useStreamCluster } from "../testing/streamCluster.ts";
import { expectedOf, type Message, makeMessages, received, total } from "../testing/streamMessages.ts";
import { untilSoon } from "../testing/until.ts";

const { start, listen, insert } = useStreamCluster();

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A client that sends its request and takes nothing of the answer. */
function neverReading(url: string, path: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  sockets.push(socket);
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`);
  return socket;
}

const line = (offset: number, symbol: string, price: number): Message => ({
  partition: 0,
  offset,
  lines: [{ symbol, seq: offset, price, broken: false }],
});

describe("a client", () => {
  it("that reads nothing is told and dropped, and the others get every tick", async () => {
    const api = await start({ bufferBytes: 65_536 });
    const path = "/stream?symbol=AAPL&channels=ticks";
    const slow = neverReading(api.url, path);
    const others = [await listen(api, path.slice(8)), await listen(api, path.slice(8))];
    const ends = async () =>
      /tickhouse_api_stream_ends_total\{code="too_slow"\} (\d+)/.exec(await api.metrics())?.[1];
    const messages: Message[] = [];
    for (let round = 0; (await ends()) === undefined; round += 1) {
      expect(round).toBeLessThan(40);
      const block = Array.from({ length: 1_000 }, (_, index) => line(messages.length + index, "AAPL", index));
      messages.push(...block);
      await insert(block);
      for (const other of others) await other.untilCount("tick", messages.length);
    }
    expect(await ends()).toBe("1");
    // What the kernel holds for it ends with the reason, and then the connection is closed.
    let text = "";
    let closed = false;
    slow.on("data", (chunk: Buffer) => (text = (text + chunk.toString()).slice(-1_000)));
    slow.once("close", () => {
      closed = true;
    });
    slow.resume();
    await untilSoon(
      () => closed,
      () => "the connection closes",
    );
    expect(text).toMatch(/event: end\ndata: \{"code":"too_slow","detail":"[^"]+Last-Event-ID[^"]+"\}\n\n/);
    await insert([line(messages.length, "AAPL", 1)]);
    messages.push(line(messages.length, "AAPL", 1));
    for (const other of others) {
      await other.untilCount("tick", messages.length);
      expect(received(other)).toEqual(expectedOf(messages, ["AAPL"]));
      expect(other.ended).toBe(false);
    }
  });

  it("is told when the server stops, and goes on elsewhere", async () => {
    const [api, other] = [await start(), await start()];
    const messages = makeMessages(60, 7);
    const stream = await listen(api, "symbol=AAPL,MSFT&channels=ticks");
    await insert(messages.slice(0, 30));
    await stream.untilCount("tick", total(expectedOf(messages.slice(0, 30), ["AAPL", "MSFT"])));
    api.streams.drain();
    await stream.untilCount("end", 1);
    expect(stream.of("end")).toEqual([
      { code: "draining", detail: expect.stringContaining("Last-Event-ID") },
    ]);
    await untilSoon(
      () => stream.ended,
      () => "the stream ends",
    );
    expect((await api.get("/stream?symbol=AAPL")).status).toBe(503);
    await insert(messages.slice(30));
    const resumed = await listen(other, "symbol=AAPL,MSFT&channels=ticks", stream.lastEventId);
    const expected = expectedOf(messages, ["AAPL", "MSFT"]);
    await resumed.untilCount("tick", total(expected) - stream.of("tick").length);
    expect(received(stream, resumed)).toEqual(expected);
  });

  it("gets a heartbeat with the place where it stands while nothing comes for it", async () => {
    const api = await start({ heartbeatMs: 200 });
    const stream = await listen(api, "symbol=QUIET&channels=ticks");
    const began = stream.lastEventId;
    await insert(makeMessages(20, 8));
    await untilSoon(
      () => stream.comments.includes("heartbeat") && stream.lastEventId !== began,
      () => "a heartbeat",
    );
    expect(stream.events).toEqual([]);
  });

  it.each([
    ["symbol=", 400, "wrong_request"],
    ["symbol=A,,B", 400, "wrong_request"],
    [`symbol=${Array.from({ length: 21 }, (_, index) => `S${index}`).join(",")}`, 400, "wrong_request"],
    ["symbol=A&channels=quotes", 400, "wrong_request"],
    ["symbol=A&interval=2m", 400, "wrong_request"],
    ["symbol=A&lastEventId=17", 400, "wrong_request"],
    ["symbol=A;DROP", 400, "wrong_request"],
  ])("that asks for %s gets %i %s", async (query, status, code) => {
    const response = await (await start()).get(`/stream?${query}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });

  it("too many is refused with the reason, and taken when another one has left", async () => {
    const api = await start({ maxClients: 1 });
    const first = await listen(api, "symbol=A");
    const refused = await api.get("/stream?symbol=A");
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("2");
    expect(await refused.json()).toMatchObject({ code: "streams_full" });
    first.close();
    let taken = 503;
    await untilSoon(
      () => first.ended,
      () => "the first one ends",
    );
    for (let turn = 0; turn < 50 && taken !== 200; turn += 1) {
      const stream = await listen(api, "symbol=A", "t=");
      taken = stream.response.status;
    }
    expect(taken).toBe(200);
  });
});
