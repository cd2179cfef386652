import { join } from "node:path";
import { execa } from "execa";
import { buildBundles } from "./bundle.ts";
import { openStack } from "./owner.ts";
import { ROOT } from "./paths.ts";
import { prepareState } from "./prepare.ts";
import { runTool, say } from "./report.ts";
import { withSecretFiles } from "./secretFile.ts";
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
  // Help needs no stack.
  if (rest.includes("--help") || rest.includes("-h") || rest.length === 0) {
    process.exitCode = await produce(rest, {});
    return;
  }
  const { outputs, kafkaLogin } = await openStack(await prepareState(), stack);
  const { kafkaBootstrap: bootstrap, kafkaTopic: topic } = outputs;
  const { username, password, authorities } = kafkaLogin("producer");
  const env = { KAFKA_BOOTSTRAP: bootstrap, KAFKA_TOPIC: topic, KAFKA_USERNAME: username };
  process.exitCode = await withSecretFiles(
    { KAFKA_PASSWORD_FILE: password, ...(authorities !== undefined && { KAFKA_CA_FILE: authorities }) },
    (files) => produce(rest, { ...env, ...files }),
  );
  // A file ends, and then one asks for its bars; the other sources go on.
  if (process.exitCode === 0 && rest[0] === "replay") {
    await untilConsumed({ bootstrap, topic, login: kafkaLogin("audit") }).catch((error: Error) =>
      say(`can't tell whether all was consumed: ${error.message}`),
    );
  }
});

/** Runs the producer to its end; its exit code. */
async function produce(args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const child = await execa("node", [join(ROOT, "services/producer/dist/main.cjs"), ...args], {
    env,
    // Paths on the command line are meant from where npm was called.
    cwd: process.env["INIT_CWD"] ?? process.cwd(),
    stdio: "inherit",
    reject: false,
  });
  return child.exitCode ?? 1;
}
