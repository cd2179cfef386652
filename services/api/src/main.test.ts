import { type ChildProcess, spawn } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { openStream } from "./testing/openStream.ts";
import { rows, type StubClickHouse, startStub } from "./testing/stubClickHouse.ts";
import { until } from "./testing/until.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const STARTUP_MS = 20_000;

/** The process waits for requests that run for 10 s. */
const DRAIN_MS = 8_000;

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

const children: ChildProcess[] = [];
const stubs: StubClickHouse[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const stub of stubs.splice(0)) await stub.stop();
});

const start = (env: NodeJS.ProcessEnv): Running => {
  const child = spawn(process.execPath, ["--import", "tsx", MAIN], {
    env: { PATH: process.env["PATH"], ...env },
  });
  children.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output, exit: new Promise((resolve) => child.once("close", resolve)) };
};

const settings = (url: string) => ({
  CLICKHOUSE_URLS: url,
  CLICKHOUSE_USER: "api",
  CLICKHOUSE_PASSWORD: "secret-password",
});

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

describe(
  "the process",
  () => {
    it("lists every wrong setting and exits with 1", async () => {
      const { exit, output } = start({ API_PORT: "x" });
      expect(await exit).toBe(1);
      for (const name of ["API_PORT", "CLICKHOUSE_URLS", "CLICKHOUSE_USER", "CLICKHOUSE_PASSWORD_FILE"])
        expect(output()).toContain(name);
      expect(output()).not.toContain("    at ");
    });

    it("names the port that is in use and the setting that changes it", async () => {
      const stub = await startStub(rows([]));
      stubs.push(stub);
      const { port } = new URL(stub.url);
      const { exit, output } = start({ ...settings(stub.url), API_PORT: port });
      expect(await exit).toBe(1);
      expect(output()).toContain(`port ${port} on 127.0.0.1 is in use`);
      expect(output()).toContain("API_PORT");
    });

    it("finishes the running request after SIGTERM, exits with 0, and logs no secret", async () => {
      const answers: (() => void)[] = [];
      const stub = await startStub((query, response) =>
        answers.push(() => rows([{ count: 7 }])(query, response)),
      );
      stubs.push(stub);
      const port = await freePort();
      const { child, exit, output } = start({ ...settings(stub.url), API_PORT: String(port) });
      await until(() => output().includes("listening"), "the API listens", STARTUP_MS);
      const request = fetch(`http://127.0.0.1:${port}/dedup/raw_count?symbol=A`, {
        headers: { "X-API-Key": "sent-key" },
      });
      await until(() => answers.length === 1, "the query arrives");
      child.kill("SIGTERM");
      await until(() => output().includes("draining"), "draining begins");
      answers[0]?.();
      expect(await (await request).json()).toMatchObject({ count: 7 });
      expect(await exit).toBe(0);
      expect(output()).not.toMatch(/secret-password|sent-key/);
    });

    it("ends open streams after SIGTERM with the reason, and does not wait for their clients", async () => {
      const stub = await startStub(rows([]));
      stubs.push(stub);
      const port = await freePort();
      const { child, exit, output } = start({ ...settings(stub.url), API_PORT: String(port) });
      await until(() => output().includes("listening"), "the API listens", STARTUP_MS);
      const stream = await openStream(`http://127.0.0.1:${port}/stream?symbol=A`);
      const started = performance.now();
      child.kill("SIGTERM");
      expect(await exit).toBe(0);
      expect(performance.now() - started).toBeLessThan(DRAIN_MS);
      await until(() => stream.ended, "the stream ends");
      expect(stream.of("end")).toEqual([{ code: "draining", detail: expect.any(String) }]);
      expect(output()).toContain('"finished":true');
    });
  },
  STARTUP_MS,
);
