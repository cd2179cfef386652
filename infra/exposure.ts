import type { Config } from "./config.ts";

/** Whether an address is reached from this machine alone. */
export const isLoopback = (address: string): boolean => address.startsWith("127.") || address === "::1";

/** Whether others than this machine's users can reach anything of a stack. Pure. */
export const isExposed = ({ target, bindAddress }: Pick<Config, "target" | "bindAddress">): boolean =>
  target === "kubernetes" || !isLoopback(bindAddress);
