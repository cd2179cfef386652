import { Command, Option } from "commander";
import type { z } from "zod";
import { liveSettings, replaySettings, simulateSettings } from "./settings.ts";
import { validateSettings } from "./validate.ts";

/** What the command line asks for, checked. */
export type Job =
  | { readonly source: "simulate"; readonly settings: z.output<typeof simulateSettings> }
  | { readonly source: "replay"; readonly settings: z.output<typeof replaySettings> }
  | { readonly source: "live"; readonly settings: z.output<typeof liveSettings> };

/**
 * The command line. Parsing it calls `onJob` with checked settings, or throws: ProducerError for wrong values,
 * CommanderError for the rest (unknown options, `--help`), never ending the process.
 */
export function createProgram(onJob: (job: Job) => Promise<void>): Command {
  const program = new Command("producer")
    .description(
      "Sends market ticks to Kafka: simulated ones, a recorded file, or an exchange's live feed.\n" +
        "Idempotent, acknowledged by all in-sync replicas, keyed by symbol: a symbol's ticks stay in order.",
    )
    .exitOverride()
    .showHelpAfterError("(--help shows all options)")
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", EXAMPLES);
  addCommonOptions(program);
  addSimulate(program, onJob);
  addReplay(program, onJob);
  addLive(program, onJob);
  return program;
}

const EXAMPLES = `
Examples:
  $ producer simulate --rate 5000 --symbols AAPL,MSFT        until Ctrl-C
  $ producer simulate --count 100000 --rate 0 --start 2025-11-14T14:30:00Z --seed 7
  $ producer simulate --count 5 --stdout                     look at the ticks, no Kafka needed
  $ producer replay ticks.jsonl.gz --speed 10 --shift-to-now
  $ producer live kraken BTC/USDT ETH/USDT

Ctrl-C or SIGTERM stops the source, sends what is under way, and prints the summary. Exit code 0: everything read was
acknowledged; 1: an error, printed on standard error.`;

/** An option that lists its accepted values in the help; they are checked together with all others. */
function choice(flags: string, description: string, values: string[]): Option {
  const option = new Option(flags, description);
  option.argChoices = values;
  return option;
}

function addCommonOptions(program: Command): void {
  program
    .optionsGroup("Kafka:")
    .addOption(
      new Option("--brokers <list>", "host:port, several separated by commas")
        .env("KAFKA_BOOTSTRAP")
        .default("127.0.0.1:29092"),
    )
    .addOption(new Option("--topic <name>", "an existing topic").env("KAFKA_TOPIC").default("ticks"))
    .addOption(
      new Option("--username <name>", "who logs in with SCRAM-SHA-512, where the brokers ask for it").env(
        "KAFKA_USERNAME",
      ),
    )
    .addOption(new Option("--password-file <path>", "holds the password").env("KAFKA_PASSWORD_FILE"))
    .addOption(
      new Option("--ca-file <path>", "certificates that verify brokers over TLS; without it in clear").env(
        "KAFKA_CA_FILE",
      ),
    )
    .option("--client-id <name>", "how the brokers' logs name this producer", "tickhouse-producer")
    .option("--pack <n>", "ticks of one symbol a message holds at most", "500")
    .option("--linger <ms>", "how long a tick waits for others of its message", "20")
    .addOption(
      choice("--compression <kind>", "of messages on the wire and on disk", ["none", "gzip"]).default("none"),
    )
    .option("--batch-bytes <n>", "of one request; brokers refuse more than their message.max.bytes", "900000")
    .option("--queue-bytes <n>", "packed and queued before the source has to wait", "8000000")
    .option("--connect-timeout <seconds>", "for the first contact", "30")
    .option("--delivery-timeout <seconds>", "for one request, retries included", "120")
    .optionsGroup("Run:")
    .option("--count <n>", "stop after this many ticks (default: no limit)")
    .option("--duration <seconds>", "stop after this time (default: no limit)")
    .option("--stdout", "write the ticks to standard output as JSON lines, not to Kafka", false)
    .option("--quiet", "no progress and no summary, only warnings and errors", false)
    .addOption(
      choice("--log-level <level>", "least severe to log", [
        "fatal",
        "error",
        "warn",
        "info",
        "debug",
        "trace",
        "silent",
      ])
        .env("LOG_LEVEL")
        .default("info"),
    )
    .addOption(
      new Option("--log-file <path>", "log there as JSON lines, rotated (default: standard output)").env(
        "LOG_FILE",
      ),
    )
    .addOption(
      new Option(
        "--heartbeat-file <path>",
        "written when messages are safe in Kafka, for a health check",
      ).env("HEARTBEAT_FILE"),
    )
    .addOption(
      new Option(
        "--otlp-endpoint <url>",
        "of an OpenTelemetry collector: a span of each batch (default: none)",
      ).env("OTEL_EXPORTER_OTLP_ENDPOINT"),
    )
    .addOption(
      new Option("--metrics-port <port>", "tell Prometheus how it goes, at /metrics (default: not)").env(
        "METRICS_PORT",
      ),
    )
    .addOption(
      new Option("--metrics-host <address>", "where that port listens")
        .env("METRICS_HOST")
        .default("127.0.0.1"),
    )
    .optionsGroup("Help:")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command");
}

function addSimulate(program: Command, onJob: (job: Job) => Promise<void>): void {
  program
    .command("simulate")
    .summary("a seeded random walk: trades, quotes, and the faults of a real feed")
    .description(
      "Sends simulated trades and quotes. The same options with a fixed --start and --count give the same ticks,\n" +
        "to the byte. Shares (percent) are of first reports, which --late and --duplicates count in, too.",
    )
    .optionsGroup("Simulation:")
    .option("--symbols <list>", "separated by commas", "AAPL,MSFT,NVDA,AMZN,TSLA")
    .option("--exchange <name>", "written into each tick", "XNAS")
    .option("--rate <ticks/s>", "of all symbols together; 0 is as fast as possible", "200")
    .option(
      "--clock-rate <ticks/s>",
      "ticks in one simulated second (default: --rate, or 200 when that is 0)",
    )
    .option("--start <time>", "event time of the first tick, UTC: 2025-11-14T14:30:00Z, or now", "now")
    .option("--seed <n>", "of all random choices", "1")
    .option(
      "--quotes <percent>",
      "events that are quotes, each a bid and an ask; the others are trades",
      "30",
    )
    .option("--corrections <percent>", "trades corrected later, with a higher source_version", "1")
    .option("--busts <percent>", "trades cancelled later: corrected to size 0", "0.1")
    .option("--duplicates <percent>", "reports sent a second time", "1")
    .option("--late <percent>", "first reports that arrive late, at most 50", "1")
    .option("--late-by <seconds>", "how late at most, on the simulated clock", "5")
    .option("--start-price <price>", "where every walk begins (default: drawn from 50 to 500)")
    .option("--tick-size <price>", "grid of prices", "0.01")
    .option("--max-move <n>", "tick sizes a price moves at most from one tick to the next", "3")
    .option("--size-step <size>", "grid of sizes; 0.0001 gives fractional ones", "1")
    .option("--max-size <n>", "size steps of one tick at most", "500")
    .action(async (_options: unknown, command: Command) => {
      await onJob({ source: "simulate", settings: validateSettings(simulateSettings, command) });
    });
}

function addReplay(program: Command, onJob: (job: Job) => Promise<void>): void {
  program
    .command("replay")
    .summary("a recorded file: JSON lines or CSV, plain or gzip")
    .description(
      "Sends the ticks of a file in its order. Numbers reach Kafka exactly as they stand in the file.\n" +
        "Every row is checked; CSV needs a header with the tick's field names.",
    )
    .argument("<file>", "path, or - for standard input")
    .optionsGroup("Replay:")
    .addOption(
      choice("--format <format>", "of the file (default: by its name; - is jsonl)", ["jsonl", "csv"]),
    )
    .option("--speed <speed>", "max, 1 (as recorded), or a factor such as 10", "max")
    .option("--shift-to-now", "move all event times so that the first tick is now", false)
    .addOption(
      choice(
        "--on-bad-row <action>",
        "fail: send what stands before it and end with exit code 1; skip: leave it out and count it; " +
          "send: send its text as it is (it ends among the dead letters)",
        ["fail", "skip", "send"],
      ).default("fail"),
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      await onJob({ source: "replay", settings: validateSettings(replaySettings, command, { file }) });
    });
}

function addLive(program: Command, onJob: (job: Job) => Promise<void>): void {
  program
    .command("live")
    .summary("an exchange's public websocket feed, through ccxt")
    .description(
      "Sends an exchange's trades and best bid and ask as they happen. No account is needed. Symbols are written as\n" +
        "BTC/USDT or BTCUSDT; ticks carry BTCUSDT and the exchange's name in capitals.",
    )
    .argument("<exchange>", "an exchange id of ccxt: kraken, binance, coinbase, ...")
    .argument("<symbols...>", "one or more")
    .optionsGroup("Live:")
    .option("--feeds <list>", "trades, quotes or both", "trades,quotes")
    .option("--exchange-config <file>", "JSON with settings for ccxt: proxies, urls, options")
    .option("--max-waiting <n>", "ticks that may wait for Kafka before the feed gives up", "500000")
    .action(async (exchange: string, symbols: string[], _options: unknown, command: Command) => {
      const settings = validateSettings(liveSettings, command, { exchange, symbols });
      await onJob({ source: "live", settings });
    });
}
