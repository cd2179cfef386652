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

/** A TCP port. */
export const port = () => whole(1, 65_535);

/** An image by name and tag or digest; the latest of anything is another thing tomorrow. */
export const image = (example: string) =>
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9._/:-]*(:[A-Za-z0-9._-]+|@sha256:[0-9a-f]{64})$/)
    .refine((name) => !name.endsWith(":latest"))
    .describe(`an image with a tag other than latest, or a digest: ${example}`);

/** A name as Kubernetes accepts it; empty for none. */
export const dnsName = (what: string, example: string) =>
  z
    .string()
    .regex(/^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?$/)
    .describe(`${what}, or empty: ${example}`);

export const flag = () =>
  z
    .enum(["true", "false"])
    .transform((value) => value === "true")
    .describe("true or false");
