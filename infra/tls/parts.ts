import type { Config } from "../config.ts";
import { isExposed } from "../exposure.ts";
import type { TlsPart } from "./settings.ts";

/** What decides over it. */
export type TlsDecision = Pick<Config, "target" | "bindAddress" | "tls" | "tlsParts">;

/**
 * Whether a part of the warehouse is served over TLS, and over nothing else. On target local the API alone can be: the
 * others listen on loopback there, whatever is set. Pure.
 */
export function usesTls(config: TlsDecision, part: TlsPart): boolean {
  if (config.tls === "off" || (config.tls === "auto" && !isExposed(config))) return false;
  return config.tlsParts.includes(part) && (config.target !== "local" || part === "api");
}
