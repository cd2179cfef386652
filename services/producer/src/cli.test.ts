import { afterEach, describe, expect, it, vi } from "vitest";
import { createProgram, type Job } from "./cli.ts";

const VARIABLES = ["KAFKA_BOOTSTRAP", "KAFKA_TOPIC", "LOG_LEVEL", "LOG_FILE"];

async function parse(...args: string[]): Promise<Job> {
  let job: Job | undefined;
  const program = createProgram(async (parsed) => {
    job = parsed;
  });
  for (const command of [program, ...program.commands])
    command.configureOutput({ writeOut() {}, writeErr() {} });
  await program.parseAsync(args, { from: "user" });
  if (job === undefined) throw new Error("no job");
  return job;
}

const failure = (...args: string[]): Promise<string> =>
  parse(...args).then(
    () => "",
    (error: Error) => error.message,
  );

describe("command line", () => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
  afterEach(() => {
    for (const name of VARIABLES) vi.stubEnv(name, undefined);
  });

  it("needs no option to simulate", async () => {
    const { source, settings } = await parse("simulate");
    expect(source).toBe("simulate");
    expect(settings).toMatchObject({
      brokers: ["127.0.0.1:29092"],
      topic: "ticks",
      pack: 500,
      symbols: ["AAPL", "MSFT", "NVDA", "AMZN", "TSLA"],
      exchange: "XNAS",
      rate: 200,
      seed: 1,
      corrections: 1,
      duplicates: 1,
      late: 1,
      connectTimeout: 30_000,
    });
  });

  it("takes the broker and the topic from the environment, and rather from an option", async () => {
    vi.stubEnv("KAFKA_BOOTSTRAP", "a:1, b:2");
    vi.stubEnv("KAFKA_TOPIC", "other");
    const { settings } = await parse("simulate", "--topic", "mine");
    expect(settings).toMatchObject({ brokers: ["a:1", "b:2"], topic: "mine" });
  });

  it("takes common options before and after the command", async () => {
    expect((await parse("--topic", "t", "replay", "x.csv")).settings.topic).toBe("t");
    expect((await parse("replay", "x.csv", "--topic", "t")).settings.topic).toBe("t");
  });

  it.each([
    ["max", "max"],
    ["1", 1],
    ["10x", 10],
    ["0.5", 0.5],
  ])("reads the speed %s", async (text, speed) => {
    expect((await parse("replay", "x", "--speed", text)).settings).toMatchObject({ speed });
  });

  it("reads an exchange and its symbols", async () => {
    expect(await parse("live", "kraken", "BTC/USDT", "ETH/USD")).toMatchObject({
      source: "live",
      settings: { exchange: "kraken", symbols: ["BTC/USDT", "ETH/USD"], feeds: ["trades", "quotes"] },
    });
  });

  it.each([
    [["simulate", "--rate", "fast"], '--rate = "fast": accepted: a number, from 0 to'],
    [["simulate", "--rate", ""], '--rate = "": accepted: a number'],
    [["simulate", "--rate", "-5"], '--rate = "-5": accepted: a number'],
    [["simulate", "--count", "1.5"], '--count = "1.5": accepted: a whole number, from 1'],
    [["simulate", "--late", "51"], '--late = "51": accepted: a number, from 0 to 50'],
    [["simulate", "--start", "today"], '--start = "today": accepted: a UTC time'],
    [["simulate", "--tick-size", "0"], '--tick-size = "0": accepted: a number above 0'],
    [["simulate", "--symbols", " , "], '--symbols = " , ": accepted: a comma-separated list'],
    [["simulate", "--brokers", "localhost"], '--brokers = "localhost": accepted: host:port'],
    [["simulate", "--topic", "a b"], '--topic = "a b": accepted: letters'],
    [["simulate", "--compression", "zip"], '--compression = "zip": accepted: none, gzip'],
    [["simulate", "--log-level", "loud"], '--log-level = "loud": accepted: fatal, error'],
    [["replay", "x", "--speed", "0"], '--speed = "0": accepted: max, 1'],
    [["replay", "x", "--on-bad-row", "drop"], '--on-bad-row = "drop": accepted: fail, skip, send'],
    [["live", "kraken", "A/B", "--feeds", "book"], '--feeds = "book": accepted: trades, quotes'],
  ])("refuses %j", async (args, message) => {
    expect(await failure(...args)).toContain(message);
  });

  it("reports all wrong values together, and the variable where one came from", async () => {
    vi.stubEnv("KAFKA_BOOTSTRAP", "nowhere");
    const message = await failure("simulate", "--rate", "x", "--seed", "-1");
    expect(message).toContain("simulate: 3 wrong value(s)");
    expect(message).toContain('KAFKA_BOOTSTRAP (--brokers) = "nowhere": accepted: host:port');
    expect(message).toContain('--rate = "x"');
    expect(message).toContain('--seed = "-1"');
  });

  it.each([[[]], [["unknown"]], [["simulate", "--unknown"]], [["replay"]], [["live", "kraken"]]])(
    "refuses the arguments %j without ending the process",
    async (args) => {
      await expect(parse(...args)).rejects.toMatchObject({ exitCode: 1 });
    },
  );

  it.each(["simulate", "replay", "live"])("explains every option of %s, common ones included", (name) => {
    const command = createProgram(async () => {}).commands.find((each) => each.name() === name);
    const help = command?.helpInformation() ?? "";
    for (const text of [
      "--brokers",
      "KAFKA_BOOTSTRAP",
      "--topic",
      "--connect-timeout",
      "--log-level",
      "Usage:",
    ]) {
      expect(help).toContain(text);
    }
    for (const option of command?.options ?? []) expect(option.description).not.toBe("");
  });
});
