import { type Connection, withNode } from "../../../infra/clickhouse/connection.ts";
import { identityOf, type Ledger } from "../ledger/ledger.ts";
import type { ReadTick } from "../ledger/readLine.ts";
import { type Deviation, show } from "./deviation.ts";

interface Row {
  readonly exchange: string;
  readonly symbol: string;
  readonly type: string;
  readonly micros: string;
  readonly seq_id: string;
  readonly side: string;
  readonly version: number;
  readonly price_bits: string;
  readonly size_bits: string;
}

/** Whole numbers as text, and doubles as their bits: nothing is rounded on the way. */
const STORED = `
  SELECT
    exchange,
    symbol,
    toString(event_type) AS type,
    toString(toUnixTimestamp64Micro(event_time)) AS micros,
    toString(seq_id) AS seq_id,
    toString(side) AS side,
    source_version AS version,
    toString(reinterpretAsUInt64(price)) AS price_bits,
    toString(reinterpretAsUInt64(size)) AS size_bits
  FROM ticks_dedup_all FINAL
  WHERE symbol IN {symbols:Array(String)}`;

/** Every tick that the warehouse holds of some symbols, once for each row. */
export async function storedTicks(node: Connection, symbols: readonly string[]): Promise<ReadTick[]> {
  const rows = await withNode(node, (session) => session.rows<Row>(STORED, { symbols }));
  return rows.map(({ exchange, symbol, type, micros, seq_id, side, version, price_bits, size_bits }) => ({
    exchange,
    symbol,
    type,
    micros: BigInt(micros),
    seqId: BigInt(seq_id),
    side,
    version,
    price: fromBits(price_bits),
    size: fromBits(size_bits),
  }));
}

function fromBits(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(bits));
  return view.getFloat64(0);
}

/** Ticks that are missing or are others than were sent, and rows that are there twice or that nobody sent. Pure. */
export function compareTicks(stored: readonly ReadTick[], { ticks }: Pick<Ledger, "ticks">): Deviation[] {
  const deviations: Deviation[] = [];
  const seen = new Map<string, ReadTick>();
  for (const tick of stored) {
    const identity = identityOf(tick);
    const expected = ticks.get(identity);
    if (seen.has(identity)) {
      const actual = `${show(seen.get(identity))} and ${show(tick)}`;
      deviations.push({ kind: "doubled", what: identity, expected: "one row", actual });
    } else if (expected === undefined) {
      deviations.push({ kind: "doubled", what: identity, expected: "nobody sent it", actual: show(tick) });
    } else if (!isSame(tick, expected)) {
      deviations.push({ kind: "lost", what: identity, expected: show(expected), actual: show(tick) });
    }
    seen.set(identity, tick);
  }
  for (const [identity, expected] of ticks) {
    if (!seen.has(identity))
      deviations.push({ kind: "lost", what: identity, expected: show(expected), actual: "no such row" });
  }
  return deviations;
}

const isSame = (a: ReadTick, b: ReadTick): boolean =>
  Object.is(a.price, b.price) && Object.is(a.size, b.size) && a.side === b.side && a.version === b.version;
