import { z } from "zod";

/** A whole number in a URL. @throws nothing: what is no such number is an issue that says what is accepted */
export function wholeNumber(min: number, max: number, byDefault: number, description: string) {
  const accepted = `a whole number from ${min} to ${max}`;
  return z
    .string({ error: onceOr(accepted) })
    .regex(/^\d{1,9}$/, accepted)
    .transform(Number)
    .refine((count) => count >= min && count <= max, accepted)
    .default(byDefault)
    .meta({ description, openapi: { type: "integer", minimum: min, maximum: max, default: byDefault } });
}

const ACCEPTED_EXCHANGE = "1 to 32 letters, digits or . _ : / -";

/** Left out: every exchange. */
export const exchange = z
  .string({ error: onceOr(ACCEPTED_EXCHANGE) })
  .regex(/^[A-Za-z0-9._:/-]{1,32}$/, ACCEPTED_EXCHANGE)
  .optional()
  .meta({ description: "Only this exchange; all when it is left out.", examples: ["XNAS"] });

/** What is accepted; a repeated parameter arrives as an array, which no schema takes. */
export function onceOr(accepted: string) {
  return (issue: { readonly input?: unknown }) =>
    Array.isArray(issue.input) ? `given once: ${accepted}` : accepted;
}
