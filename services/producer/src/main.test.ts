import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { line } from "./testing/collect.ts";
import { runProducer } from "./testing/runProducer.ts";

const START = ["--start", "2025-11-14T14:30:00Z"];

describe("producer process", { timeout: 60_000 }, () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "producer-main-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("writes the same bytes for the same seed, and a file that replay takes back", async () => {
    const args = ["simulate", "--stdout", "--count", "5000", "--rate", "0", ...START];
    const [first, second] = await Promise.all([runProducer(args).ended, runProducer(args).ended]);
    expect(first.code).toBe(0);
    expect(first.stdout).toBe(second.stdout);
    expect(first.stdout.trimEnd().split("\n")).toHaveLength(5000);
    expect(first.stderr).toContain("ticks  5,000");

    const file = join(folder, "ticks.jsonl");
    await writeFile(file, first.stdout);
    expect(await runProducer(["replay", file, "--stdout", "--quiet"]).ended).toEqual({
      code: 0,
      stdout: first.stdout,
      stderr: "",
    });
  });

  it("stops at SIGTERM with whole lines, a summary and exit code 0", async () => {
    const run = runProducer(["simulate", "--stdout", "--rate", "1000"]);
    await run.started;
    run.process.kill("SIGTERM");
    const { code, stdout, stderr } = await run.ended;
    expect(code).toBe(0);
    const ticks = stdout.trimEnd().split("\n");
    for (const tick of ticks) expect(JSON.parse(tick)).toMatchObject({ exchange: "XNAS" });
    expect(stdout.endsWith("\n")).toBe(true);
    expect(stderr).toContain(`ticks  ${ticks.length}`);
  });

  it("ends quietly when the reader of standard output has enough", async () => {
    const run = runProducer(["simulate", "--stdout", "--rate", "0", "--quiet"]);
    await run.started;
    run.process.stdout?.destroy();
    expect(await run.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("stops after --duration", async () => {
    const { code, stdout } = await runProducer(["simulate", "--stdout", "--duration", "0.2"]).ended;
    expect(code).toBe(0);
    expect(stdout).not.toBe("");
  });

  it("ends with exit code 1 and all wrong values on standard error", async () => {
    const { code, stdout, stderr } = await runProducer(["simulate", "--rate", "x", "--late", "99"]).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("error: simulate: 2 wrong value(s)");
  });

  it("says how much was sent before a bad row", async () => {
    const file = join(folder, "bad.jsonl");
    await writeFile(file, [line(1), line(2), line(3, { price: -1 }), line(4)].join("\n"));
    const { code, stdout, stderr } = await runProducer(["replay", file, "--stdout"]).ended;
    expect(code).toBe(1);
    expect(stdout).toBe(`${line(1)}\n${line(2)}\n`);
    expect(stderr).toContain(`${file}:3: price = "-1": accepted: a number, 0 or more`);
    expect(stderr).toContain("2 tick(s) were sent and acknowledged before it.");
  });

  it("names the brokers and what to check when none answers in time", async () => {
    const logFile = join(folder, "producer.log");
    const startMs = performance.now();
    const { code, stderr } = await runProducer(
      ["simulate", "--connect-timeout", "1", "--log-file", logFile],
      {
        KAFKA_BOOTSTRAP: "127.0.0.1:1,127.0.0.1:2",
      },
    ).ended;
    expect(code).toBe(1);
    expect(stderr).toContain("Kafka at 127.0.0.1:1, 127.0.0.1:2 did not answer within 1 s");
    expect(stderr).toContain("--brokers");
    expect(performance.now() - startMs).toBeLessThan(10_000);
    const logged = (await readFile(logFile, "utf8"))
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
    expect(logged.at(-1)).toMatchObject({ level: 50, code: "BROKER_UNREACHABLE", name: "producer" });
  });

  it("ends quietly when it is stopped while it still looks for a broker", async () => {
    const run = runProducer(["simulate", "--brokers", "127.0.0.1:1", "--connect-timeout", "60"]);
    await run.started;
    run.process.kill("SIGINT");
    expect((await run.ended).code).toBe(0);
  });
});
