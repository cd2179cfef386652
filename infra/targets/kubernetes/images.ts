import { createHash } from "node:crypto";
import type { Bundle } from "../../bundles.ts";
import type { ServiceArgs } from "../target.ts";

/**
 * Name of a service's image: its tag is a hash of what is built into it, so another bundle is another image, and nobody
 * has to be told which one is meant. Pure.
 * @param prefix `ghcr.io/acme/tickhouse-`
 */
export function serviceImage(
  prefix: string,
  service: ServiceArgs["name"],
  bundles: readonly Bundle[],
  baseImage: string,
): string {
  const content = [baseImage, ...bundles.map(({ contentHash }) => contentHash)].join("\0");
  return `${prefix}${service}:${createHash("sha256").update(content).digest("hex").slice(0, 12)}`;
}
