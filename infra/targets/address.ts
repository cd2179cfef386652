import type { Config } from "../config.ts";

/** An address to connect to, where a server listens on `host`: all addresses stand for loopback. */
export function connectable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

/** By which name or address clients outside of the target know what is published: the first of `tlsNames`, or where it is bound. */
export const publicName = ({ tlsNames, bindAddress }: Pick<Config, "tlsNames" | "bindAddress">): string =>
  tlsNames[0] ?? connectable(bindAddress).replace(/^\[|\]$/g, "");

/** The same as it stands in a URL. */
export const publicHost = (config: Pick<Config, "tlsNames" | "bindAddress">): string =>
  connectable(publicName(config));

/** Names of this machine, which a certificate that is made here holds besides. */
export const OWN_NAMES = ["localhost", "127.0.0.1", "::1"] as const;
