import { Command } from "commander";
import { buildBundles } from "./bundle.ts";
import { showFirstBars } from "./firstBars.ts";
import { readOutputs, type StackOutputs } from "./outputsOf.ts";
import { openStack } from "./owner.ts";
import { prepare, pulumi } from "./prepare.ts";
import { runTool, say } from "./report.ts";
import { stackOption } from "./stackOption.ts";
import { forgetSalt, settingOf, stackNames, targetOf } from "./stacks.ts";

const program = new Command("up")
  .description("Sets everything up, then runs `pulumi up`. Safe to repeat: a second run changes nothing.")
  .addOption(stackOption())
  .parse();

await runTool(async () => {
  const { stack } = program.opts<{ stack: string }>();
  const prepared = await prepare(targetOf(stack));
  await buildBundles();
  if (prepared.backend.own && !(await stackNames(prepared)).includes(stack)) forgetSalt(stack);
  await pulumi(prepared, ["stack", "select", "--create", "--stack", stack], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  // Processes of this machine end without the state's knowing (a restart): look first.
  const up = await pulumi(prepared, ["up", "--yes", "--refresh", "--skip-preview", "--stack", stack], {
    stdio: "inherit",
    reject: false,
  });
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
