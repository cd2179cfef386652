import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../targets/local/layout.ts";

/** Settings of Pulumi.yaml with their defaults, as the CLI fills them in. */
export function declaredDefaults(): Record<string, string> {
  const text = readFileSync(join(ROOT, "Pulumi.yaml"), "utf8");
  const [, config = ""] = text.split(/^config:\n/m);
  // `  tickhouse:shards:` and, in the block beneath, `    default: 2`; what YAML would read as a date is quoted
  const blocks = config.split(/^ {2}(?=\S)/m).filter((block) => block.trim() !== "");
  return Object.fromEntries(
    blocks.map((block) => {
      const name = /^tickhouse:(\w+):/.exec(block)?.[1] ?? `not a setting: ${block}`;
      return [name, /^ {4}default: "?(.*?)"?$/m.exec(block)?.[1] ?? ""];
    }),
  );
}

/** Settings of a stack: what its file says over the defaults. */
export function settingsOf(stack: string): Record<string, string> {
  const text = readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8");
  const said = [...text.matchAll(/^ {2}tickhouse:(\w+): "?(.*?)"?$/gm)].map(
    ([, name = "", value = ""]) => [name, value] as const,
  );
  return { ...declaredDefaults(), ...Object.fromEntries(said) };
}
