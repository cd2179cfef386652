import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { ROOT, STATE_FOLDER } from "./paths.ts";
import { prepareState, pulumi } from "./prepare.ts";
import { runTool, say } from "./report.ts";
import { stackOption } from "./stackOption.ts";

const program = new Command("down")
  .description("Runs `pulumi destroy`: removes everything of a stack, its data included.")
  .addOption(stackOption())
  .parse();

await runTool(async () => {
  const { stack } = program.opts<{ stack: string }>();
  const prepared = await prepareState();
  const known = await pulumi(prepared, ["stack", "ls", "--json"]);
  const names = (JSON.parse(String(known.stdout)) as { name: string }[]).map(({ name }) =>
    name.split("/").at(-1),
  );
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
  forgetSalt(join(ROOT, `Pulumi.${stack}.yaml`));
  if (names.length === 1) rmSync(STATE_FOLDER, { recursive: true, force: true });
  say(`stack ${stack} is gone`);
});

/** Pulumi wrote the salt of the generated passphrase into the stack's file; both are gone now. */
function forgetSalt(file: string): void {
  const text = readFileSync(file, "utf8");
  const without = text.replace(/^encryptionsalt: .*\n/m, "");
  if (without !== text) writeFileSync(file, without);
}
