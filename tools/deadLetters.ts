import { Command } from "commander";
import {
  type ListOptions,
  list,
  type ReplayOptions,
  replayChosen,
  type ShowOptions,
  show,
} from "./deadLetters/commands.ts";
import { filterOptions, objectText, wholeNumber } from "./deadLetters/options.ts";
import { runTool } from "./report.ts";
import { stackOption } from "./stackOption.ts";

const ID_HELP = "PARTITION/OFFSET/LINE of the stack's topic, or TOPIC/PARTITION/OFFSET/LINE";

const program = new Command("dead-letters").description(
  "Lines that could not be read or can't be a tick: lists them, shows one whole, sends them again.",
);
const listCommand = program
  .command("list", { isDefault: true })
  .description("Lists dead letters, newest first, and counts them by cause.")
  .addOption(stackOption())
  .option("--limit <count>", "how many to list; all are counted", wholeNumber(1, 10_000), 20)
  .option("--not-replayed", "only those that were not sent again")
  .option("--json", "print JSON", false)
  .action((options: ListOptions) => runTool(() => list(options)));
program
  .command("show")
  .description("Shows everything of dead letters, and what their replays became.")
  .argument("<id...>", ID_HELP)
  .addOption(stackOption())
  .option("--json", "print JSON", false)
  .action((ids: string[], options: ShowOptions) => runTool(() => show(ids, options)));
const replayCommand = program
  .command("replay")
  .description(
    "Sends the texts of dead letters to Kafka again, and says what became of each. Exit code 0 when all are stored.",
  )
  .argument("[id...]", ID_HELP)
  .addOption(stackOption())
  .option("--all", "all that were not replayed yet", false)
  .option("--text <json>", "send this instead: one ID's text, corrected", objectText)
  .option("--again", "those that were replayed already, too", false)
  .option("--yes", "however many there are", false)
  .action((ids: string[], options: ReplayOptions) => runTool(() => replayChosen(ids, options)));
for (const command of [listCommand, replayCommand])
  for (const option of filterOptions()) command.addOption(option);
await program.parseAsync();
