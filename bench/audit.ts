import { openNode, readSummaries } from "../services/audit/src/index.ts";
import { type Benchmark, figureOf, type Size, timed } from "./benchmark.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";

const TICKS: Readonly<Record<Size, number>> = { full: 1_000_000_000, short: 10_000_000 };
const PARTITIONS = 4;
const CHUNK = 65_536;
const ROUNDS = 5;

/** What the audit costs on a billion ticks, one a message, half of each partition's on each shard, at random. */
export const audit: Benchmark = {
  name: "audit",
  description: "reading the offset ledger of a billion ticks, over two shards",
  async run(progress, size) {
    const bench = await startBenchCluster({ shards: 2 });
    try {
      const chunks = Math.ceil(TICKS[size] / PARTITIONS / CHUNK);
      const ticks = chunks * CHUNK * PARTITIONS;
      progress(`writing the ledger of ${ticks.toExponential()} ticks`);
      for (const [index, client] of bench.clients.entries())
        for (let partition = 0; partition < PARTITIONS; partition += 1)
          await client.command({ query: LEDGER, query_params: { shard: index, partition, chunks } });
      const [first] = bench.cluster.connections;
      if (first === undefined) throw new Error("a cluster without a node");
      const node = openNode({ name: "clickhouse-01", ...first });
      const times: number[] = [];
      try {
        for (let round = 0; round < ROUNDS; round += 1) {
          times.push(
            await timed(async () => {
              const summaries = await readSummaries(node, "ticks");
              const offsets = [...summaries.values()].flat().reduce((sum, chunk) => sum + chunk.stored, 0n);
              if (offsets !== BigInt(ticks)) throw new Error(`${offsets} offsets in the ledger`);
            }),
          );
          progress(`${times.at(-1)?.toFixed(0)} ms`);
        }
      } finally {
        await node.close();
      }
      return [
        figureOf("one audit of the ledger", times, "ms"),
        { name: "ledger on disk", value: (await ledgerBytes(bench)) / ticks, unit: "bytes/tick" },
      ];
    } finally {
      await bench.stop();
    }
  },
};

/** Every offset is on one shard or the other by a hash; sixteen patterns are enough to keep it honest and quick to write. */
const LEDGER = `
INSERT INTO offset_ledger
WITH
  (SELECT groupArray(bits) FROM (
     SELECT intDiv(number, ${CHUNK}) AS pattern, groupBitmapState(toUInt32(number % ${CHUNK})) AS bits
     FROM numbers(${CHUNK * 16}) WHERE cityHash64(number) % 2 = {shard:UInt8} GROUP BY pattern ORDER BY pattern)) AS patterns,
  (SELECT groupBitmapState(toUInt64(0)) FROM numbers(0)) AS nothing
SELECT 'ticks', {partition:UInt32}, number, 'tick', patterns[1 + number % 16], nothing, nothing
FROM numbers({chunks:UInt64})`;

async function ledgerBytes(bench: BenchCluster): Promise<number> {
  let bytes = 0;
  for (const client of bench.clients) {
    const answer = await client.query({
      query:
        "SELECT toString(sum(bytes_on_disk)) AS bytes FROM system.parts WHERE active AND database = 'tickhouse' AND table = 'offset_ledger'",
      format: "JSONEachRow",
    });
    bytes += Number((await answer.json<{ bytes: string }>())[0]?.bytes);
  }
  return bytes;
}
