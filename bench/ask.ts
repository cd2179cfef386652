import type { BenchCluster } from "./cluster.ts";

/** One answer, and what it took. */
export interface Answer {
  readonly ms: number;
  readonly rowsRead: number;
  /** As JSON text: doubles are written so that they are read back as the same bits. */
  readonly text: string;
}

/** Asks the first node, with nothing remembered of the same question before. */
export async function ask(
  { clients: [client] }: BenchCluster,
  query: string,
  params: Record<string, unknown> = {},
): Promise<Answer> {
  if (client === undefined) throw new Error("a cluster without a node");
  const started = performance.now();
  const answer = await client.query({
    query,
    query_params: params,
    format: "JSONEachRow",
    clickhouse_settings: { use_query_condition_cache: 0 },
  });
  const text = await answer.text();
  const ms = performance.now() - started;
  const summary = JSON.parse(String(answer.response_headers["x-clickhouse-summary"] ?? "{}"));
  return { ms, rowsRead: Number(summary.read_rows), text };
}
