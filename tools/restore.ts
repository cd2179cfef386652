import { Command } from "commander";
import { restore } from "./backup/commands.ts";
import { runTool } from "./report.ts";
import { stackOption } from "./stackOption.ts";

const program = new Command("restore")
  .description(
    "Restores a backup into a running stack without ticks, and lets its consumers go on where the backup ends.",
  )
  .argument("<name>", "of npm run backup -- list")
  .addOption(stackOption())
  .option("--discard-data-of <stack>", "first throw away what this stack's tables hold; its name, once more")
  .action((name: string, options) => runTool(() => restore(name, options)));
await program.parseAsync();
