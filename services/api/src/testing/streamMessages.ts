import type { OpenStream } from "./openStream.ts";
import { createRandom } from "./ticks.ts";

export interface Message {
  readonly partition: number;
  readonly offset: number;
  readonly lines: readonly Line[];
}
export interface Line {
  readonly symbol: string;
  readonly seq: number;
  readonly price: number;
  readonly broken: boolean;
}

const SYMBOLS = ["AAPL", "MSFT", "NVDA", "BTC/USD", "ETH-EUR"];

/** Messages of one to four lines, some of them broken, the symbols mixed over three partitions. */
export function makeMessages(count: number, seed: number): Message[] {
  const random = createRandom(seed);
  const next = [0, 0, 0];
  return Array.from({ length: count }, (_, index) => {
    const partition = Math.floor(random() * 3);
    const offset = next[partition] ?? 0;
    next[partition] = offset + 1;
    const lines = Array.from({ length: 1 + Math.floor(random() * 4) }, (_line, at) => ({
      symbol: SYMBOLS[Math.floor(random() * SYMBOLS.length)] ?? "AAPL",
      seq: index * 10 + at,
      price: random() * 100,
      broken: random() < 0.1,
    }));
    return { partition, offset, lines };
  });
}

const textOf = ({ symbol, seq, price, broken }: Line): string =>
  JSON.stringify({
    exchange: "XNAS",
    symbol,
    event_time: "2025-11-14T19:25:17.123456Z",
    seq_id: seq,
    event_type: "trade",
    price: broken ? -1 : price,
    size: 1,
    side: "buy",
  });

/** Puts messages in as the Kafka table's view would, in one block. */
export const insertMessages = (messages: readonly Message[]): string =>
  `INSERT INTO ticks_messages (message, kafka_topic, kafka_partition, kafka_offset) FORMAT JSONEachRow ${messages
    .map(({ partition, offset, lines }) =>
      JSON.stringify({
        message: lines.map(textOf).join("\n"),
        kafka_topic: "ticks",
        kafka_partition: partition,
        kafka_offset: offset,
      }),
    )
    .join("\n")}`;

/** What a client of some symbols is to get, partition by partition: a plain loop over the messages. */
export function expectedOf(messages: readonly Message[], symbols: readonly string[]) {
  const expected: string[][] = [[], [], []];
  for (const { partition, offset, lines } of messages)
    for (const [line, { symbol, seq, price, broken }] of lines.entries())
      if (!broken && symbols.includes(symbol))
        expected[partition]?.push([offset, line, symbol, seq, price].join(" "));
  return expected;
}

export function received(...parts: readonly OpenStream[]) {
  const got: string[][] = [[], [], []];
  for (const tick of parts.flatMap((part) => part.of("tick")))
    got[Number(tick["kafkaPartition"])]?.push(
      [tick["kafkaOffset"], tick["kafkaLine"], tick["symbol"], tick["seqId"], tick["price"]].join(" "),
    );
  return got;
}

export const total = (parts: readonly (readonly string[])[]): number => parts.flat().length;
