import type { BenchCluster } from "./cluster.ts";

/** The one number, named `n`, that a query answers. */
export async function number(
  bench: BenchCluster,
  sql: string,
  params?: Record<string, unknown>,
): Promise<number> {
  return Number((await bench.rows<{ n: string | number }>(sql, params))[0]?.n);
}

/** Ticks of some symbols that can be queried raw, on all shards. */
export const storedTicks = (bench: BenchCluster, symbols: readonly string[]): Promise<number> =>
  number(bench, "SELECT count() AS n FROM ticks_all WHERE symbol IN {symbols:Array(String)}", { symbols });

/** No offset may be missing: each that was sent is in the ledger of ticks or dead letters. */
export async function checkLedger(bench: BenchCluster, sent: number): Promise<void> {
  const offsets = await number(
    bench,
    `SELECT sum(offsets) AS n FROM
       (SELECT groupBitmapMerge(offsets) AS offsets FROM offset_ledger_all GROUP BY kafka_topic, kafka_partition, chunk)`,
  );
  if (offsets !== sent) throw new Error(`${offsets} of ${sent} offsets are accounted for`);
}
