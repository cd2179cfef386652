import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.ts";
import { type Prepared, pulumi } from "./prepare.ts";

/** Target of a stack, as its file says; `local` where it says none. Whether there is such a target is the program's to say. */
export function targetOf(stack: string): string {
  const file = join(ROOT, `Pulumi.${stack}.yaml`);
  if (!existsSync(file))
    throw new Error(
      `there is no Pulumi.${stack}.yaml; accepted: ${stackFiles().join(", ")}, or a file of your own beside them`,
    );
  return settingOf(stack, "target") ?? "local";
}

/** A one-word setting as the stack's file says it; undefined where it says none or there is no such file. */
export function settingOf(stack: string, name: string): string | undefined {
  const file = join(ROOT, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  return new RegExp(`^\\s+tickhouse:${name}:\\s*"?([^"\\s]+)`, "m").exec(text)?.[1];
}

/** A one-word setting of a stack: what its file says, else the default of Pulumi.yaml. */
export function declaredSetting(stack: string, name: string): string {
  const said = settingOf(stack, name);
  if (said !== undefined) return said;
  const [, block] = readFileSync(join(ROOT, "Pulumi.yaml"), "utf8").split(`\n  tickhouse:${name}:\n`);
  const found = /^ {4}default: "?([^"\n]*)/m.exec(block ?? "");
  if (found === null) throw new Error(`there is no setting tickhouse:${name}`);
  return found[1] ?? "";
}

/** Names of the stacks that have a file. */
function stackFiles(): string[] {
  return readdirSync(ROOT).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

/** Names of the stacks that the backend knows. */
export async function stackNames(prepared: Prepared): Promise<string[]> {
  const known = await pulumi(prepared, ["stack", "ls", "--json"]);
  return (JSON.parse(String(known.stdout)) as { name: string }[]).map(
    ({ name }) => name.split("/").at(-1) ?? name,
  );
}

/** Selects a stack, made where the backend has none of that name. */
export async function selectStack(prepared: Prepared, stack: string): Promise<void> {
  if (prepared.backend.own && !(await stackNames(prepared)).includes(stack)) forgetSalt(stack);
  await pulumi(prepared, ["stack", "select", "--create", "--stack", stack], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/**
 * Takes the salt that Pulumi wrote for a generated passphrase out of the stack's file: it fits no other passphrase, and
 * the one it was made for goes with the stack.
 */
export function forgetSalt(stack: string): void {
  const file = join(ROOT, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return;
  const text = readFileSync(file, "utf8");
  const without = text.replace(/^encryptionsalt: .*\n/m, "");
  if (without !== text) writeFileSync(file, without);
}
