import { createHash } from "node:crypto";

/** Name of the stack's own key in the API's access log. */
export const STACK_KEY_NAME = "stack";

/** The file of API keys as the API reads it: names and hashes. The key in clear is in the stack's secret output only. Pure. */
export const renderApiKeys = (key: string): string =>
  `${STACK_KEY_NAME}:${createHash("sha256").update(key).digest("hex")}\n`;
