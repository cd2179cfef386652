import { rmSync } from "node:fs";
import { Command } from "commander";
import { decideDown, describeHeld } from "./down/decide.ts";
import { findHeld, type Held, type StateResource } from "./down/held.ts";
import { STATE_FOLDER } from "./paths.ts";
import { type Prepared, prepareState, pulumi } from "./prepare.ts";
import { runTool, say } from "./report.ts";
import { stackOption } from "./stackOption.ts";
import { declaredSetting, forgetSalt, stackNames } from "./stacks.ts";

/** What the program has made and nobody could make again: passwords, keys, and the authority that clients trust. */
const KEPT = ["**:RandomSecret::**", "**:CertificateAuthority::**"];

const program = new Command("down")
  .description(
    "Runs `pulumi destroy`: removes everything of a stack, its data included. Data that tickhouse:protectData protects is never removed: then nothing is, and the exit code is 1.",
  )
  .addOption(stackOption())
  .option("--keep-data", "removes all but what is protected; the next up goes on over it", false)
  .parse();

await runTool(async () => {
  const { stack, keepData } = program.opts<{ stack: string; keepData: boolean }>();
  const prepared = await prepareState();
  const names = await stackNames(prepared);
  if (!names.includes(stack)) {
    say(`there is no stack ${stack}; nothing to remove`);
    return;
  }
  const held = findHeld(await readState(prepared, stack));
  const protectData = declaredSetting(stack, "protectData") === "true";
  const decision = decideDown({ stack, protectData, keepData }, held);
  if (decision.kind === "refuse") throw new Error(decision.says);
  if (decision.kind === "keepData") {
    await destroyAllButData(prepared, stack, held);
    say(`stack ${stack} is down; what stays, for npm run up -- --stack ${stack} to go on with:`);
    for (const line of describeHeld(held)) say(line.trim());
    return;
  }
  await destroy(prepared, stack, ["--ignore-protect"]);
  if (!prepared.backend.own) return;
  await pulumi(prepared, ["stack", "rm", "--yes", "--preserve-config", "--stack", stack], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  forgetSalt(stack);
  if (names.length === 1) rmSync(STATE_FOLDER, { recursive: true, force: true });
  say(`stack ${stack} is gone`);
});

/** Volumes stay, and the secrets by which what lies in them is opened. */
async function destroyAllButData(prepared: Prepared, stack: string, { tables }: Held): Promise<void> {
  // A table is in its volume. As a protected resource it would keep the server that it needs.
  if (tables.length > 0)
    await pulumi(
      prepared,
      ["state", "unprotect", ...tables.map(({ urn }) => urn), "--yes", "--stack", stack],
      {
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
  await destroy(prepared, stack, ["--exclude-protected", ...KEPT.flatMap((urn) => ["--exclude", urn])]);
}

async function destroy(prepared: Prepared, stack: string, how: readonly string[]): Promise<void> {
  const destroyed = await pulumi(prepared, ["destroy", "--yes", "--skip-preview", ...how, "--stack", stack], {
    stdio: "inherit",
    reject: false,
  });
  if (destroyed.exitCode !== 0)
    throw new Error("pulumi destroy failed, see above; mend the cause and run it again");
}

async function readState(prepared: Prepared, stack: string): Promise<StateResource[]> {
  const exported = await pulumi(prepared, ["stack", "export", "--stack", stack]);
  const state = JSON.parse(String(exported.stdout)) as { deployment: { resources?: StateResource[] } };
  return state.deployment.resources ?? [];
}
