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
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const known = Object.keys(schema.shape);
  const errors = parsed.error.issues.flatMap((issue) => toParameterErrors(issue, raw, known));
  throw new ApiError("wrong_request", errors.map(describe).join("; "), { errors });
}

function toParameterErrors(
  issue: z.core.$ZodIssue,
  raw: Readonly<Record<string, unknown>>,
  known: readonly string[],
): ParameterError[] {
  if (issue.code === "unrecognized_keys") {
    const accepted = known.length === 0 ? "no parameters" : `only the parameters ${known.join(", ")}`;
    return issue.keys.map((parameter) => ({ parameter, value: raw[parameter], accepted }));
  }
  const parameter = String(issue.path[0] ?? "");
  return [
    { parameter, ...(raw[parameter] !== undefined && { value: raw[parameter] }), accepted: issue.message },
  ];
}

const describe = ({ parameter, value, accepted }: ParameterError): string =>
  `${parameter} ${value === undefined ? "is missing" : `= ${JSON.stringify(value)}`}; accepted: ${accepted}`;
