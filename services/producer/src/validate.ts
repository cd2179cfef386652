import type { Command } from "commander";
import type { ZodType, z } from "zod";
import { listProblems, ProducerError } from "./errors.ts";

/**
 * A command's options and arguments, checked against its schema.
 * @throws ProducerError BAD_OPTION that lists every wrong value: its option, the value, what is accepted
 */
export function validateSettings<S extends ZodType>(
  schema: S,
  command: Command,
  args: Readonly<Record<string, unknown>> = {},
): z.output<S> {
  const values: Record<string, unknown> = { ...command.optsWithGlobals(), ...args };
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  // A list names its first wrong entry only: the whole value is shown anyway.
  const byKey = new Map(
    parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message] as const).reverse(),
  );
  const problems = [...byKey]
    .reverse()
    .map(([key, message]) => `${nameOf(command, key)} = ${JSON.stringify(values[key] ?? "")}: ${message}`);
  throw new ProducerError("BAD_OPTION", listProblems(command.name(), problems));
}

/** `--brokers`, or `KAFKA_BOOTSTRAP (--brokers)` when the value came from the environment. */
function nameOf(command: Command, key: string): string {
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const option = at.options.find((candidate) => candidate.attributeName() === key);
    if (option === undefined) continue;
    const flag = option.long ?? option.flags;
    const fromEnv = option.envVar !== undefined && at.getOptionValueSource(key) === "env";
    return fromEnv ? `${option.envVar} (${flag})` : flag;
  }
  return `<${key}>`;
}
