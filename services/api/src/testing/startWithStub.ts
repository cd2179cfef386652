import { afterEach } from "vitest";
import { startApi, type TestApi, type TestApiOptions } from "./startApi.ts";
import { type StubAnswer, type StubClickHouse, startStub } from "./stubClickHouse.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs these after the test, the last one first. */
export const cleanUpLater = (...steps: (() => Promise<void>)[]): void => void cleanups.push(...steps);

/** The app over a stub of ClickHouse; both stop after the test. */
export async function startWithStub(
  answer: StubAnswer,
  options: Omit<TestApiOptions, "clickhouse"> & { readonly queryTimeoutMs?: number } = {},
): Promise<{ api: TestApi; stub: StubClickHouse }> {
  const { queryTimeoutMs = 10_000, ...rest } = options;
  const stub = await startStub(answer);
  const api = await startApi({ ...rest, clickhouse: { urls: [stub.url], queryTimeoutMs } });
  cleanUpLater(stub.stop, api.stop);
  return { api, stub };
}
