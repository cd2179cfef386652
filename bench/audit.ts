import { openNode, readSummaries } from "../services/audit/src/index.ts";
import { type Benchmark, type Figure, median, timed } from "./benchmark.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";

const TICKS = 1_000_000_000;
const PARTITIONS = 4;
const CHUNK = 65_536;
const ROUNDS = 5;

/** What the audit costs on a billion ticks, one a message, half of each partition's on each shard, at random. */
export const audit: Benchmark = {
  name: "audit",
  description: "reading the offset ledger of a billion ticks, over two shards",
  async run(progress) {
    const bench = await startBenchCluster({ shards: 2 });
    try {
      progress(`writing the ledger of ${TICKS.toExponential()} ticks`);
      for (const [index, client] of bench.clients.entries())
        for (let partition = 0; partition < PARTITIONS; partition += 1)
          await client.command({ query: LEDGER, query_params: { shard: index, partition } });
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
              if (offsets !== BigInt(CHUNKS * CHUNK * PARTITIONS))
                throw new Error(`${offsets} offsets in the ledger`);
            }),
          );
          progress(`${times.at(-1)?.toFixed(0)} ms`);
        }
      } finally {
        await node.close();
      }
      const figures: Figure[] = [
        { name: "one audit of the ledger", value: median(times), unit: "ms" },
        {
          name: "ledger on disk",
          value: (await ledgerBytes(bench)) / (CHUNKS * CHUNK * PARTITIONS),
          unit: "bytes/tick",
        },
      ];
      return figures;
    } finally {
      await bench.stop();
    }
  },
};

const CHUNKS = Math.ceil(TICKS / PARTITIONS / CHUNK);

/** Every offset is on one shard or the other by a hash; sixteen patterns are enough to keep it honest and quick to write. */
const LEDGER = `
INSERT INTO offset_ledger
WITH
  (SELECT groupArray(bits) FROM (
     SELECT intDiv(number, ${CHUNK}) AS pattern, groupBitmapState(toUInt32(number % ${CHUNK})) AS bits
     FROM numbers(${CHUNK * 16}) WHERE cityHash64(number) % 2 = {shard:UInt8} GROUP BY pattern ORDER BY pattern)) AS patterns,
  (SELECT groupBitmapState(toUInt64(0)) FROM numbers(0)) AS nothing
SELECT 'ticks', {partition:UInt32}, number, 'tick', patterns[1 + number % 16], nothing, nothing
FROM numbers(${CHUNKS})`;

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
