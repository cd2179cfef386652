import { Command } from "commander";
import { table } from "table";
import { proveNetwork } from "./kubernetes/prove/network.ts";
import { proveBudgets, provePlaces } from "./kubernetes/prove/places.ts";
import { proveReplicas } from "./kubernetes/prove/replicas.ts";
import { openProven } from "./kubernetes/prove/stack.ts";
import { openStack } from "./owner.ts";
import { prepareState } from "./prepare.ts";
import { runTool } from "./report.ts";
import { stackOption } from "./stackOption.ts";

const program = new Command("prove-cluster")
  .description(
    "Shows on a running stack what only a real cluster of several machines can show. Changes nothing; two small pods run for a moment. Exit code 1 when something fails.",
  )
  .addOption(stackOption())
  .parse();

await runTool(async () => {
  const { stack } = program.opts<{ stack: string }>();
  const proven = await openProven(stack, await openStack(await prepareState(), stack));
  const findings = [
    await proveNetwork(proven),
    await proveReplicas(proven),
    ...(await provePlaces(proven)),
    await proveBudgets(proven),
  ];
  const rows = findings.map(({ claim, verdict, details }) => [claim, verdict, details]);
  process.stdout.write(
    table([["claim", "verdict", "what was found"], ...rows], {
      columns: { 2: { width: 60, wrapWord: true } },
    }),
  );
  process.exitCode = findings.some(({ verdict }) => verdict === "failed") ? 1 : 0;
});
