import { get, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";

/** A client that reads; `seen` holds the numbers of its ticks in the order in which they came. */
export interface Reader {
  readonly seen: number[];
  /** ms of this process when each of them came. */
  readonly at: number[];
  close(): void;
}

const SEQ = '"seqId":"';

/** Listens, and notes each tick's number and moment. Parses as little as it must: there are many on one core. */
export function openReader(url: string): Promise<Reader> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response: IncomingMessage) => {
      if (response.statusCode !== 200) {
        reject(new Error(`${url} answered ${response.statusCode}`));
        return;
      }
      const reader: Reader = { seen: [], at: [], close: () => request.destroy() };
      let rest = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        const now = performance.now();
        const text = rest + chunk;
        const end = text.lastIndexOf("\n\n") + 2;
        rest = end < 2 ? text : text.slice(end);
        for (let from = text.indexOf(SEQ); from >= 0 && from < end; from = text.indexOf(SEQ, from + 1)) {
          reader.seen.push(Number.parseInt(text.slice(from + SEQ.length, from + SEQ.length + 20), 10));
          reader.at.push(now);
        }
      });
      response.on("error", () => undefined);
      // The first bytes after the headers tell where the stream begins.
      response.once("data", () => resolve(reader));
    });
    request.once("error", reject);
    request.on("error", () => undefined);
  });
}

/** A client that asks and never reads. */
export function openNeverReading(url: string): Socket {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.pause();
  socket.on("error", () => undefined);
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: bench\r\n\r\n`);
  return socket;
}
