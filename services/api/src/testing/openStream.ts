import { createParser } from "eventsource-parser";
import { untilSoon } from "./until.ts";

/** An event as a client gets it; `id` is the last one that was told. */
export interface ReceivedEvent {
  readonly event: string;
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface OpenStream {
  readonly response: Response;
  readonly events: readonly ReceivedEvent[];
  readonly comments: readonly string[];
  /** As EventSource keeps it: also of a message without data. */
  readonly lastEventId: string;
  readonly ended: boolean;
  /** The data of one kind of event. */
  of(event: string): Readonly<Record<string, unknown>>[];
  untilCount(event: string, count: number): Promise<void>;
  untilId(): Promise<void>;
  close(): void;
}

/** Listens to a stream as EventSource does. */
export async function openStream(url: string, headers: Record<string, string> = {}): Promise<OpenStream> {
  const stop = new AbortController();
  const response = await fetch(url, { headers, signal: stop.signal });
  const events: ReceivedEvent[] = [];
  const comments: string[] = [];
  let [lastEventId, ended] = [headers["Last-Event-ID"] ?? "", false];
  const parser = createParser({
    onEvent: ({ event = "message", data }) => events.push({ event, id: lastEventId, data: JSON.parse(data) }),
    onComment: (comment) => comments.push(comment),
  });
  void (async () => {
    try {
      let rest = "";
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        rest += chunk;
        // The parser tells no id of a message without data, which EventSource takes all the same.
        for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
          const block = rest.slice(0, end + 2);
          rest = rest.slice(end + 2);
          lastEventId = /^id: (.*)$/m.exec(block)?.[1] ?? lastEventId;
          parser.feed(block);
        }
      }
    } catch {
      // The test closed it, or the server.
    }
    ended = true;
  })();
  const of = (name: string) => events.filter(({ event }) => event === name).map(({ data }) => data);
  return {
    response,
    events,
    comments,
    of,
    get lastEventId() {
      return lastEventId;
    },
    get ended() {
      return ended;
    },
    untilCount: (event, count) =>
      untilSoon(
        () => of(event).length >= count,
        () => `${count} events ${event}; ${of(event).length} came`,
      ),
    untilId: () =>
      untilSoon(
        () => lastEventId !== "",
        () => "the first id",
      ),
    close: () => stop.abort(),
  };
}
