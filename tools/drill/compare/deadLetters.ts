import { type Connection, withNode } from "../../../infra/clickhouse/connection.ts";
import { groupBy } from "../groupBy.ts";
import { type Ledger, type Place, placeOf } from "../ledger/ledger.ts";
import type { StoredMessage } from "../topic.ts";
import type { Deviation } from "./deviation.ts";

interface Row {
  readonly partition: number;
  readonly offset: string;
  readonly line: number;
  readonly raw: string;
}

export interface DeadLetter {
  readonly place: Place;
  readonly bytes: Buffer;
}

const DEAD_LETTERS = `
  SELECT
    kafka_partition AS partition,
    toString(kafka_offset) AS offset,
    kafka_line AS line,
    hex(raw_message) AS raw
  FROM dead_letters_all FINAL
  WHERE kafka_topic = {topic:String} AND kafka_partition = {partition:UInt32} AND kafka_offset BETWEEN {first:UInt64} AND {last:UInt64}`;

/** Dead letters of some messages. */
export async function storedDeadLetters(
  node: Connection,
  topic: string,
  messages: readonly StoredMessage[],
): Promise<DeadLetter[]> {
  const partitions = groupBy(messages, ({ partition }) => partition);
  return withNode(node, async (session) => {
    const letters: DeadLetter[] = [];
    for (const [partition, held] of partitions) {
      const offsets = held.map(({ offset }) => offset).sort((a, b) => (a < b ? -1 : 1));
      const range = { first: String(offsets[0]), last: String(offsets.at(-1)) };
      const own = new Set(offsets.map(String));
      for (const row of await session.rows<Row>(DEAD_LETTERS, { topic, partition, ...range })) {
        if (!own.has(row.offset)) continue;
        letters.push({
          place: placeOf(row.partition, row.offset, row.line),
          bytes: Buffer.from(row.raw, "hex"),
        });
      }
    }
    return letters;
  });
}

/** Broken lines that are not kept as they came, and good ones, or none, that are kept as broken. Pure. */
export function compareDeadLetters(
  stored: readonly DeadLetter[],
  { deadLetters }: Pick<Ledger, "deadLetters">,
): Deviation[] {
  const deviations: Deviation[] = [];
  const seen = new Set<Place>();
  const add = (what: Place, expected: string, actual: string): void => {
    deviations.push({ kind: "dead letter", what, expected, actual });
  };
  for (const { place, bytes } of stored) {
    const expected = deadLetters.get(place);
    if (seen.has(place)) add(place, "one row", "several");
    else if (expected === undefined) add(place, "a tick, or no line", text(bytes));
    else if (!expected.equals(bytes)) add(place, text(expected), text(bytes));
    seen.add(place);
  }
  for (const [place, expected] of deadLetters)
    if (!seen.has(place)) add(place, text(expected), "no such row");
  return deviations;
}

const text = (bytes: Buffer): string => JSON.stringify(bytes.toString("latin1"));
