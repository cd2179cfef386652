import { randomBytes } from "node:crypto";

/** The server refuses an id that is running already, and a caller may send the same request id twice. */
export const createQueryId = (requestId: string): string => `${requestId}.${randomBytes(4).toString("hex")}`;
