import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const reason = z.string().min(20, "say why in a sentence");

const SCHEMA = z.strictObject({
  licences: z.strictObject({
    /** SPDX identifiers that need no words. */
    allowed: z.array(z.string().min(1)),
    exceptions: z.array(
      z.strictObject({
        /** A name, or its beginning and an asterisk. */
        package: z.string().min(1),
        /** As the package says; empty for one that says none. */
        licence: z.string(),
        reason,
      }),
    ),
  }),
  /** Known vulnerabilities that we live with, each until a day. */
  advisories: z.array(z.strictObject({ id: z.string().regex(/^GHSA-/), reason, until: z.iso.date() })),
});

/** What is accepted besides the rule, each with its reason. */
export type Exceptions = z.output<typeof SCHEMA>;

export const EXCEPTIONS_FILE = join(import.meta.dirname, "exceptions.json");

/** Checks the text of the file: one without a reason is no exception. Pure. */
export function parseExceptions(text: string): Exceptions {
  const parsed = SCHEMA.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(`tools/supplyChain/exceptions.json: ${z.prettifyError(parsed.error)}`);
}

export const readExceptions = (): Exceptions => parseExceptions(readFileSync(EXCEPTIONS_FILE, "utf8"));
