import { Command } from "commander";
import { buildBundles } from "./bundle.ts";
import { showFirstBars } from "./firstBars.ts";
import { describeImpact } from "./impact/describe.ts";
import { previewStack } from "./impact/preview.ts";
import { readOutputs, type StackOutputs } from "./outputsOf.ts";
import { openStack } from "./owner.ts";
import { policyArgs } from "./policy.ts";
import { type Prepared, prepare, pulumi } from "./prepare.ts";
import { runTool, say } from "./report.ts";
import { stackOption } from "./stackOption.ts";
import { selectStack, settingOf, targetOf } from "./stacks.ts";

const program = new Command("up")
  .description("Sets everything up, then runs `pulumi up`. Safe to repeat: a second run changes nothing.")
  .addOption(stackOption())
  .parse();

await runTool(async () => {
  const { stack } = program.opts<{ stack: string }>();
  const prepared = await prepare(targetOf(stack));
  await buildBundles();
  await selectStack(prepared, stack);
  if (await isUp(prepared, stack)) await showImpact(prepared, stack);
  // Processes of this machine end without the state's knowing (a restart): look first.
  const up = await pulumi(
    prepared,
    ["up", "--yes", "--refresh", "--skip-preview", ...policyArgs(stack), "--stack", stack],
    { stdio: "inherit", reject: false },
  );
  if (up.exitCode !== 0) {
    throw new Error(
      `pulumi up failed, see above. What was made is in the state: mend the cause and run it again, or remove it all: npm run down -- --stack ${stack}`,
    );
  }
  const outputs = JSON.parse(await readOutputs(prepared, stack, true)) as StackOutputs;
  say(`dashboard   ${outputs.dashboardUrl}`);
  say(`API         ${outputs.apiUrl}`);
  say(`Kafka       ${outputs.kafkaBootstrap}, topic ${outputs.kafkaTopic}`);
  for (const { name, httpUrl } of outputs.clickhouse) say(`ClickHouse  ${httpUrl} (${name})`);
  if (targetOf(stack) === "kubernetes")
    say(`these are this machine's while this runs: npm run forward -- --stack ${stack}`);
  const reached = targetOf(stack) === "kubernetes" ? (await openStack(prepared, stack)).outputs : outputs;
  await showFirstBars(reached, settingOf(stack, "producer") !== "off");
});

/** Whether an earlier `up` has come to its end. */
async function isUp(prepared: Prepared, stack: string): Promise<boolean> {
  const outputs = await pulumi(prepared, ["stack", "output", "--json", "--stack", stack], { reject: false });
  return outputs.exitCode === 0 && Object.keys(JSON.parse(String(outputs.stdout)) as object).length > 0;
}

/** Tells what the change does to data before it is carried out; a change that is refused ends here. */
async function showImpact(prepared: Prepared, stack: string): Promise<void> {
  const { exitCode, printed, impact } = await previewStack(prepared, stack, ["--refresh"]);
  if (exitCode !== 0) throw new Error(`${printed.trim()}\nthe preview failed, so nothing was changed`);
  if (impact.length > 0) say(describeImpact(impact));
}
