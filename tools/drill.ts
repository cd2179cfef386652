import { Command } from "commander";
import { runDrill } from "./drill/drill.ts";
import { type DrillOptions, withDrillOptions } from "./drill/options.ts";
import { runTool } from "./report.ts";

const program = withDrillOptions(
  new Command("drill").description(
    "Feeds a running stack while it is hurt, and holds all that it then answers against a plain loop over the topic.",
  ),
).parse();

await runTool(async () => {
  process.exitCode = await runDrill(program.opts<DrillOptions>());
});
