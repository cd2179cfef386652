import { join } from "node:path";
import { execa } from "execa";
import { buildBundles } from "./bundle.ts";
import type { StackOutputs } from "./outputsOf.ts";
import { reachOutputs } from "./owner.ts";
import { ROOT } from "./paths.ts";
import { prepareState } from "./prepare.ts";
import { runTool, say } from "./report.ts";
import { untilConsumed } from "./untilConsumed.ts";

/** Takes `--stack NAME` out of the arguments; the rest is the producer's own. */
function takeStack(args: readonly string[]): { stack: string; rest: string[] } {
  const at = args.findIndex((arg) => arg === "--stack" || arg === "-s");
  const inline = args.findIndex((arg) => arg.startsWith("--stack="));
  if (inline >= 0)
    return { stack: args[inline]?.slice("--stack=".length) ?? "", rest: args.toSpliced(inline, 1) };
  return at < 0
    ? { stack: "dev", rest: [...args] }
    : { stack: args[at + 1] ?? "", rest: args.toSpliced(at, 2) };
}

await runTool(async () => {
  const { stack, rest } = takeStack(process.argv.slice(2));
  await buildBundles();
  const env: Record<string, string> = {};
  let outputs: StackOutputs | undefined;
  if (!rest.includes("--help") && !rest.includes("-h") && rest.length > 0) {
    outputs = await reachOutputs(await prepareState(), stack);
    env["KAFKA_BOOTSTRAP"] = outputs.kafkaBootstrap;
    env["KAFKA_TOPIC"] = outputs.kafkaTopic;
  }
  // Paths on the command line are meant from where npm was called.
  const cwd = process.env["INIT_CWD"] ?? process.cwd();
  const child = await execa("node", [join(ROOT, "services/producer/dist/main.cjs"), ...rest], {
    env,
    cwd,
    stdio: "inherit",
    reject: false,
  });
  process.exitCode = child.exitCode ?? 1;
  // A file ends, and then one asks for its bars; the other sources go on.
  if (child.exitCode === 0 && rest[0] === "replay" && outputs !== undefined) {
    await untilConsumed(outputs.kafkaBootstrap, outputs.kafkaTopic).catch((error: Error) =>
      say(`can't tell whether all was consumed: ${error.message}`),
    );
  }
});
