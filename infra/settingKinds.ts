import { z } from "zod";

/** A whole number in a range; settings arrive as text. */
export const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max)
    .describe(`a whole number from ${min} to ${max}`);

export const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values).describe(values.join(", "));

export const flag = () =>
  z
    .enum(["true", "false"])
    .transform((value) => value === "true")
    .describe("true or false");
