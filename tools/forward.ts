import { once } from "node:events";
import { Command } from "commander";
import { openTunnel } from "../infra/tunnel/openTunnel.ts";
import { waysOf } from "./kubernetes/ways.ts";
import { readOutputs, type StackOutputs } from "./outputsOf.ts";
import { prepareState } from "./prepare.ts";
import { runTool, say } from "./report.ts";
import { stackOption } from "./stackOption.ts";
import { targetOf } from "./stacks.ts";

const program = new Command("forward")
  .description(
    "Makes the outputs of a stack on Kubernetes true on this machine, through the cluster's API server, until it is interrupted.",
  )
  .addOption(stackOption())
  .parse();

await runTool(async () => {
  const { stack } = program.opts<{ stack: string }>();
  if (targetOf(stack) !== "kubernetes")
    throw new Error(`stack ${stack} is on target ${targetOf(stack)}, whose ports are this machine's already`);
  const outputs = JSON.parse(await readOutputs(await prepareState(), stack, false)) as StackOutputs;
  for (const { what, port, tunnel } of waysOf(stack, outputs)) {
    await openTunnel(tunnel, port).catch((error: Error & { code?: string }) => {
      throw error.code === "EADDRINUSE"
        ? new Error(`port ${port} for ${what} is taken; end what has it, or set another port for the stack`)
        : error;
    });
    say(`${what} at 127.0.0.1:${port}`);
  }
  say("open until Ctrl-C");
  // The tunnels hold no process up; this does.
  const held = setInterval(() => undefined, 60_000);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  clearInterval(held);
  process.exit(0);
});
