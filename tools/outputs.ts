import { Command } from "commander";
import { readOutputs } from "./outputsOf.ts";
import { prepareState } from "./prepare.ts";
import { runTool } from "./report.ts";
import { stackOption } from "./stackOption.ts";

const program = new Command("outputs")
  .description("Prints the stack outputs as one JSON object.")
  .addOption(stackOption())
  .option("--show-secrets", "with secrets in clear", false)
  .parse();

await runTool(async () => {
  const { stack, showSecrets } = program.opts<{ stack: string; showSecrets: boolean }>();
  console.log(await readOutputs(await prepareState(), stack, showSecrets));
});
