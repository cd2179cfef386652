import { Command } from "commander";
import { buildBundles } from "./bundle.ts";
import { describeImpact } from "./impact/describe.ts";
import { previewStack } from "./impact/preview.ts";
import { prepare } from "./prepare.ts";
import { runTool, say } from "./report.ts";
import { stackOption } from "./stackOption.ts";
import { selectStack, targetOf } from "./stacks.ts";

const program = new Command("preview")
  .description(
    "Runs `pulumi preview` against the policies, then tells what the change does to data: tables, consumers, servers and volumes. Changes nothing.",
  )
  .addOption(stackOption())
  .option("--diff", "show every property that changes", false)
  .option("--refresh", "look at what is really there first", false)
  .parse();

await runTool(async () => {
  const { stack, diff, refresh } = program.opts<{ stack: string; diff: boolean; refresh: boolean }>();
  const prepared = await prepare(targetOf(stack));
  await buildBundles();
  await selectStack(prepared, stack);
  const args = [...(diff ? ["--diff"] : []), ...(refresh ? ["--refresh"] : [])];
  const { exitCode, impact } = await previewStack(prepared, stack, args, {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (exitCode !== 0) throw new Error("pulumi preview failed, see above; nothing was changed");
  console.log(describeImpact(impact));
  say(`nothing was changed; to carry it out: npm run up -- --stack ${stack}`);
});
