import { Command } from "commander";
import { create, list, prune, verify } from "./backup/commands.ts";
import { metricsFile } from "./backup/metrics.ts";
import { wholeNumber } from "./deadLetters/options.ts";
import { runTool } from "./report.ts";
import { stackOption } from "./stackOption.ts";

const program = new Command("backup").description(
  "Backups of a stack's ticks, bars, dead letters and ledger, with the place in Kafka that they end at.",
);
program
  .command("create", { isDefault: true })
  .description("Makes a backup: what is new since the last one, or all where there is none. Prints its name.")
  .addOption(stackOption())
  .option("--full", "all, whatever is there already", false)
  .option("--verify", "then restore it beside the live tables, and compare", false)
  .option(
    "--metrics-file <path>",
    "tells Prometheus' node_exporter of its success in this text file: NAME.prom",
    metricsFile,
  )
  .action((options) => runTool(() => create(options)));
program
  .command("list")
  .description("Lists finished backups, oldest first.")
  .addOption(stackOption())
  .option("--json", "print their manifests as JSON", false)
  .action((options) => runTool(() => list(options)));
program
  .command("verify")
  .description("Restores a backup beside the live tables, reads every byte, and compares bars and ledger.")
  .argument("[name]", "which; the newest one where none is given")
  .addOption(stackOption())
  .action((name: string | undefined, options) => runTool(() => verify(name, options)));
program
  .command("prune")
  .description("Removes all but the newest backups, and those that these build on.")
  .addOption(stackOption())
  .requiredOption("--keep <count>", "how many to keep", wholeNumber(1, 100_000))
  .option("--dry-run", "only say what would be removed", false)
  .action((options) => runTool(() => prune(options)));
await program.parseAsync();
