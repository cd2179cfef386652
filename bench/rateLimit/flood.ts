import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { pollUntil } from "../../infra/poll.ts";

/** What became of a flood. */
export interface Flooded {
  readonly sent: number;
  /** Answers by status. */
  readonly answers: ReadonlyMap<number, number>;
  /** Answers with a Retry-After. */
  readonly retryAfter: number;
}

const SOCKETS = 20;
const TICK_MS = 10;
const LAST_ANSWERS_MS = 30_000;
/** Longer than what is looked for, so that nothing is missed where one chunk ends. */
const OVERLAP = 32;

/**
 * Asks at a steady rate, whatever the answers are. Requests are written and answers counted as bytes: the client shares
 * the machine with what is measured.
 */
export async function flood(url: string, requestsPerSecond: number, seconds: number): Promise<Flooded> {
  const { hostname, port, pathname, search } = new URL(url);
  const request = `GET ${pathname}${search} HTTP/1.1\r\nHost: bench\r\n\r\n`;
  const counter = createCounter();
  const sockets: Socket[] = [];
  try {
    for (let index = 0; index < SOCKETS; index += 1) {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      socket.on("data", counter.reader());
      socket.on("error", () => undefined);
      sockets.push(socket);
    }
    const began = performance.now();
    let sent = 0;
    for (let tick = 1; performance.now() - began < seconds * 1_000; tick += 1) {
      await pause(Math.max(0, began + tick * TICK_MS - performance.now()));
      const due = Math.floor(((performance.now() - began) / 1_000) * requestsPerSecond);
      for (; sent < due; sent += 1) sockets[sent % SOCKETS]?.write(request);
    }
    const all = await pollUntil(LAST_ANSWERS_MS, () => (counter.answered() >= sent ? true : undefined));
    if (all === undefined)
      throw new Error(
        `${sent} requests were sent and ${counter.answered()} answered after ${LAST_ANSWERS_MS / 1000} s`,
      );
    return { sent, answers: counter.answers, retryAfter: counter.retryAfter() };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Counts status lines and headers in answers, which may be cut anywhere. */
function createCounter() {
  const answers = new Map<number, number>();
  let answered = 0;
  let retryAfter = 0;
  return {
    answers,
    answered: () => answered,
    retryAfter: () => retryAfter,
    /** Reads one connection. */
    reader() {
      let rest = "";
      return (chunk: Buffer): void => {
        const text = rest + chunk.toString("latin1");
        // What begins in the overlap and was not whole before is whole now; what was whole is not looked at again.
        const end = text.length;
        let keep = Math.max(0, end - OVERLAP);
        for (const match of text.matchAll(/HTTP\/1\.1 (\d{3}) |\r\nRetry-After: /g)) {
          if (match[1] === undefined) retryAfter += 1;
          else {
            answered += 1;
            answers.set(Number(match[1]), (answers.get(Number(match[1])) ?? 0) + 1);
          }
          keep = Math.max(keep, match.index + match[0].length);
        }
        rest = text.slice(keep);
      };
    },
  };
}
