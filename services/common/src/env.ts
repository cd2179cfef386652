import { readFileSync } from "node:fs";
import { type ZodType, z } from "zod";

/** One or more environment variables of a service are missing or wrong; the message lists every one. */
export class EnvError extends Error {
  override readonly name = "EnvError";
  constructor(
    readonly service: string,
    readonly problems: readonly string[],
  ) {
    super(`${service}: ${problems.length} wrong setting(s)\n${problems.map((p) => `  - ${p}`).join("\n")}`);
  }
}

/**
 * Validates a service's environment against a schema and reports every problem together.
 * Pure: reads nothing but `env`. Values of variables whose name says secret are never repeated.
 */
export function loadEnv<S extends ZodType>(service: string, schema: S, env: NodeJS.ProcessEnv): z.output<S> {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  throw new EnvError(
    service,
    parsed.error.issues.map((issue) => {
      const name = issue.path.join(".");
      const value = present[name];
      const shown = value === undefined ? "not set" : isSecret(name) ? "(hidden)" : JSON.stringify(value);
      return `${name} = ${shown}: ${issue.message}`;
    }),
  );
}

const isSecret = (name: string): boolean =>
  /PASSWORD|SECRET|TOKEN|API_KEY/.test(name) && !name.endsWith("_FILE");

/** A TCP port, 1 to 65535 (0 asks the system for a free one where a test wants that). */
export const port = z.coerce.number("accepted: a whole number from 0 to 65535").int().min(0).max(65535);

/** A comma-separated list with at least one entry, blanks trimmed. */
export const commaList = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((entry) => entry.trim())
      .filter(Boolean),
  )
  .refine((entries) => entries.length > 0, "accepted: a comma-separated list with at least one entry");

/** The text of a small secret file, without the line end that editors and `echo` add. */
export const secretFile = z.string().transform((path, context) => {
  try {
    const text = readFileSync(path, "utf8").trim();
    if (text !== "") return text;
    context.addIssue({
      code: "custom",
      message: "the file is empty; accepted: a file that holds the secret",
    });
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unreadable";
    context.addIssue({ code: "custom", message: `can't be read (${reason}); accepted: a readable file` });
  }
  return z.NEVER;
});

/** Base URL of a server; its password has a file of its own. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: "accepted: http://host:port, several separated by commas" })
  .refine((text) => !text.includes("@"), "holds a password; put it in CLICKHOUSE_PASSWORD_FILE");

/** How much a service logs. */
export const logLevel = z.enum(
  ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
  "accepted: trace, debug, info, warn, error, fatal or silent",
);
