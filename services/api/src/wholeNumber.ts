import { z } from "zod";
import { once, shown } from "./schemas.ts";

/** A parameter that is a whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number, byDefault: number, description: string) {
  const accepted = `a whole number from ${min} to ${max}`;
  return z
    .string({ error: once(accepted) })
    .regex(/^\d{1,9}$/, accepted)
    .transform(Number)
    .refine((count) => count >= min && count <= max, accepted)
    .default(byDefault)
    .meta({ description, ...shown({ type: "integer", minimum: min, maximum: max, default: byDefault }) });
}
