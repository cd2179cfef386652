import { rmSync } from "node:fs";
import { Command } from "commander";
import { STATE_FOLDER } from "./paths.ts";
import { prepareState, pulumi } from "./prepare.ts";
import { runTool, say } from "./report.ts";
import { stackOption } from "./stackOption.ts";
import { forgetSalt, stackNames } from "./stacks.ts";

const program = new Command("down")
  .description("Runs `pulumi destroy`: removes everything of a stack, its data included.")
  .addOption(stackOption())
  .parse();

await runTool(async () => {
  const { stack } = program.opts<{ stack: string }>();
  const prepared = await prepareState();
  const names = await stackNames(prepared);
  if (!names.includes(stack)) {
    say(`there is no stack ${stack}; nothing to remove`);
    return;
  }
  const destroyed = await pulumi(prepared, ["destroy", "--yes", "--skip-preview", "--stack", stack], {
    stdio: "inherit",
    reject: false,
  });
  if (destroyed.exitCode !== 0)
    throw new Error("pulumi destroy failed, see above; mend the cause and run it again");
  if (!prepared.backend.own) return;
  await pulumi(prepared, ["stack", "rm", "--yes", "--preserve-config", "--stack", stack], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  forgetSalt(stack);
  if (names.length === 1) rmSync(STATE_FOLDER, { recursive: true, force: true });
  say(`stack ${stack} is gone`);
});
