import type { z } from "zod";
import { ApiError, type ParameterError } from "./errors.ts";

/**
 * Reads a query string's parameters with a schema.
 * @throws ApiError wrong_request that names every wrong parameter, its value and what is accepted
 */
export function parseQuery<Schema extends z.ZodObject>(
  schema: Schema,
  raw: Readonly<Record<string, unknown>>,
): z.output<Schema> {
  return parse(schema, raw, "parameters");
}

/**
 * Reads a body, which was JSON, with a schema.
 * @throws ApiError wrong_request that names every wrong field, its value and what is accepted
 */
export function parseBody<Schema extends z.ZodObject>(schema: Schema, raw: unknown): z.output<Schema> {
  if (typeof raw === "object" && raw !== null && !Array.isArray(raw))
    return parse(schema, raw as Readonly<Record<string, unknown>>, "fields");
  const error = {
    parameter: "body",
    value: shortened(raw),
    accepted: `a JSON object with ${Object.keys(schema.shape).join(", ")}`,
  };
  throw new ApiError("wrong_request", describe(error), { errors: [error] });
}

function parse<Schema extends z.ZodObject>(
  schema: Schema,
  raw: Readonly<Record<string, unknown>>,
  kind: "parameters" | "fields",
): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const known = Object.keys(schema.shape);
  const errors = parsed.error.issues.flatMap((issue) => toParameterErrors(issue, raw, known, kind));
  throw new ApiError("wrong_request", errors.map(describe).join("; "), { errors });
}

function toParameterErrors(
  issue: z.core.$ZodIssue,
  raw: Readonly<Record<string, unknown>>,
  known: readonly string[],
  kind: string,
): ParameterError[] {
  if (issue.code === "unrecognized_keys") {
    const accepted = known.length === 0 ? `no ${kind}` : `only the ${kind} ${known.join(", ")}`;
    return issue.keys.map((parameter) => ({ parameter, value: shortened(raw[parameter]), accepted }));
  }
  const value = issue.path.reduce<unknown>(
    (inside, key) => (typeof inside === "object" && inside !== null ? Reflect.get(inside, key) : undefined),
    raw,
  );
  return [
    {
      parameter: nameOf(issue.path),
      ...(value !== undefined && { value: shortened(value) }),
      accepted: issue.message,
    },
  ];
}

/** `["places", 3]` -> `places[3]` */
const nameOf = (path: readonly PropertyKey[]): string =>
  path.map((key, index) => (index === 0 ? String(key) : `[${String(key)}]`)).join("");

/** Of what was sent, an answer repeats no more than this. */
const SHOWN_CHARACTERS = 200;

function shortened(value: unknown): unknown {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length <= SHOWN_CHARACTERS ? value : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

const describe = ({ parameter, value, accepted }: ParameterError): string =>
  `${parameter} ${value === undefined ? "is missing" : `= ${JSON.stringify(value)}`}; accepted: ${accepted}`;
