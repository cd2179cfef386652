import { pollUntil } from "../../infra/poll.ts";
import type { TestApi } from "../../services/api/src/testing/startApi.ts";

/**
 * What says how an answer came about, and when: another time it is another one. `state` is final instead of provisional
 * a minute later, and `low` is what Kafka still has.
 */
const OF_THE_MOMENT = new Set(["stats", "at", "asOf", "now", "low", "tookMs", "state"]);

/**
 * Where a tick came from and when. Of two equal copies that were sent, the deduplicated history has one, and no order of
 * theirs says which: parts that are merged or restored may have the other one. Raw ticks have both, with their places.
 */
const OF_A_COPY = ["ingestTime", "kafkaTopic", "kafkaPartition", "kafkaOffset", "kafkaLine"];
const isDeduplicated = (path: string): boolean =>
  /^\/(?:ticks|quotes)\?/.test(path) && !path.includes("raw=true");

/** Every answer of the API that tells of stored data, by its path: what a client would see. */
export async function allAnswers(
  api: Pick<TestApi, "get">,
  symbols: readonly string[],
): Promise<Record<string, unknown>> {
  await untilBarsFollowed(api);
  const paths = ["/symbols", "/audit?sequences=true", "/dead-letters?limit=100", ...symbols.flatMap(pathsOf)];
  const answers: [string, unknown][] = [];
  for (const path of paths) {
    const response = await api.get(path);
    const body = Buffer.from(await response.arrayBuffer());
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${body.toString()}`);
    const isJson = response.headers.get("content-type")?.includes("application/json") ?? false;
    const left = isDeduplicated(path) ? [...OF_THE_MOMENT, ...OF_A_COPY] : OF_THE_MOMENT;
    answers.push([path, isJson ? without(JSON.parse(body.toString()), new Set(left)) : body.toString()]);
  }
  return Object.fromEntries(answers);
}

/**
 * Not among them: /pipeline, /health, /metrics and /benchmark, which tell of the moment, /stream, which has no end, and
 * Arrow and Parquet, whose batches are cut as the tables' parts happen to be: CSV has the same rows.
 */
const pathsOf = (symbol: string): string[] =>
  [
    "/ticks?limit=10000",
    "/ticks?limit=10000&raw=true",
    "/bars?interval=1m&limit=100000&format=csv",
    "/quotes?limit=10000",
    "/bars?interval=1m&limit=10000",
    "/bars?interval=1h&limit=10000&decimals=string",
    "/backtest/fast?limit=10000",
    "/backtest/slow?limit=10000",
    "/dedup/raw_count?",
    "/dedup/final_count?",
    "/dedup/dropped?limit=10000",
    "/indicators?indicators=sma:5,ema:9&interval=1m&limit=1000",
    "/microstructure?interval=1m&limit=1000",
    "/book?levels=20",
  ].map((path) => `${path}&symbol=${symbol}`.replace("?&", "?"));

const DEADLINE_MS = 60_000;

/** The audit is remembered for some seconds: one from before the bars were computed tells of the moment. */
async function untilBarsFollowed(api: Pick<TestApi, "get">): Promise<void> {
  const done = await pollUntil(DEADLINE_MS, async () => {
    const response = await api.get("/audit?sequences=true");
    if (!response.ok) return undefined;
    return ((await response.json()) as { barsPending: number }).barsPending === 0 || undefined;
  });
  if (done === undefined) throw new Error(`the audit tells of waiting bars for more than ${DEADLINE_MS} ms`);
}

/** The same without some keys, at any depth. */
export function without(value: unknown, keys: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((each) => without(each, keys));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !keys.has(key))
      .map(([key, each]) => [key, without(each, keys)]),
  );
}
