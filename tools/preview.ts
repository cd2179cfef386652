import { writeFileSync } from "node:fs";
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
  .option("--output <file>", "write what happens to data there too")
  .parse();

interface Options {
  readonly stack: string;
  readonly diff: boolean;
  readonly refresh: boolean;
  readonly output?: string;
}

await runTool(async () => {
  const { stack, diff, refresh, output } = program.opts<Options>();
  const prepared = await prepare(targetOf(stack));
  await buildBundles();
  await selectStack(prepared, stack);
  const args = [...(diff ? ["--diff"] : []), ...(refresh ? ["--refresh"] : [])];
  const { exitCode, impact } = await previewStack(prepared, stack, args, {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (exitCode !== 0) throw new Error("pulumi preview failed, see above; nothing was changed");
  console.log(describeImpact(impact));
  if (output !== undefined) writeFileSync(output, `${describeImpact(impact)}\n`);
  say(`nothing was changed; to carry it out: npm run up -- --stack ${stack}`);
});
