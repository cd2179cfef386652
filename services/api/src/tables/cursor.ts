import { createHash } from "node:crypto";
import { z } from "zod";
import { ApiError } from "../errors.ts";
import { parseInstant } from "../time.ts";
import type { Key, KeyColumn } from "./keyset.ts";

/** Which question a cursor belongs to: the route and what decides on its rows and their order. */
export function scopeOf(path: string, question: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(question).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([path, sorted]))
    .digest("base64url")
    .slice(0, 11);
}

/** A place in a table as text for URLs: the question's scope and the whole key of the last row that was sent. */
export const encodeCursor = (scope: string, key: Key): string =>
  Buffer.from(JSON.stringify([scope, ...key])).toString("base64url");

/** @throws ApiError wrong_request that names the cursor */
export function decodeCursor(text: string, scope: string, columns: readonly KeyColumn[]): Key {
  const parsed = cursorSchema.safeParse(text);
  const [of, ...key] = parsed.data ?? [];
  const whole =
    parsed.success &&
    key.length === columns.length &&
    columns.every(({ type }, index) => VALUES[type].safeParse(key[index]).success);
  if (!whole) throw refused(text, "`next` of an answer, unchanged");
  if (of !== scope)
    throw refused(text, "`next` of an answer to the same question; only limit and format may change");
  return key;
}

function refused(value: string, accepted: string): ApiError {
  const detail = `cursor = ${JSON.stringify(value)}; accepted: ${accepted}`;
  return new ApiError("wrong_request", detail, { errors: [{ parameter: "cursor", value, accepted }] });
}

const whole = (digits: number, max: bigint) =>
  z
    .string()
    .regex(new RegExp(`^\\d{1,${digits}}$`))
    .refine((text) => BigInt(text) <= max);

const moment = (pattern: RegExp) =>
  z
    .string()
    .regex(pattern)
    .refine((text) => parseInstant(`${text.replace(" ", "T")}Z`) !== undefined);

/** Values as `toString` gives them; anything else would be the server's error, not the client's. */
const VALUES: Readonly<Record<KeyColumn["type"], z.ZodType<string>>> = {
  "DateTime64(6, 'UTC')": moment(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/),
  "DateTime('UTC')": moment(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
  UInt64: whole(20, 2n ** 64n - 1n),
  UInt32: whole(10, 2n ** 32n - 1n),
  Int8: whole(3, 127n),
  String: z.string().max(512),
};

const cursorSchema = z
  .base64url()
  .transform((text, context) => {
    try {
      return JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as unknown;
    } catch {
      context.addIssue({ code: "custom" });
      return z.NEVER;
    }
  })
  .pipe(z.array(z.string()));
