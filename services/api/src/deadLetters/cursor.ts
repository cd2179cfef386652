import type { DeadLetter } from "@tickhouse/dead-letters";
import { z } from "zod";

const ACCEPTED = "`next` of the answer before, once";

/** When the last one of a page was read, its topic, partition, offset and line. */
const parts = z.tuple([
  z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
  z.string().max(249),
  z.int().min(0).max(4_294_967_295),
  z.string().regex(/^\d{1,19}$/),
  z.int().min(0).max(4_294_967_295),
]);

/** Where a page ends; what comes after it is older. */
export type Cursor = Pick<DeadLetter, "place" | "at">;

/** Opaque to clients: what it holds may change. Pure. */
export const cursorOf = ({ at, place: { topic, partition, offset, line } }: Cursor): string =>
  Buffer.from(JSON.stringify([at, topic, partition, String(offset), line])).toString("base64url");

export const cursor = z
  .string({ error: () => ACCEPTED })
  .regex(/^[A-Za-z0-9_-]{1,600}$/, ACCEPTED)
  .transform((text, context): Cursor => {
    try {
      const [at, topic, partition, offset, line] = parts.parse(
        JSON.parse(Buffer.from(text, "base64url").toString("utf8")),
      );
      return { at, place: { topic, partition, offset: BigInt(offset), line } };
    } catch {
      context.addIssue({ code: "custom", message: ACCEPTED });
      return z.NEVER;
    }
  })
  .optional()
  .meta({
    description: "Where the page before ended; stable while dead letters arrive.",
    openapi: { type: "string" },
  });
