import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Gauge, Registry } from "prom-client";
import type { Manifest } from "./manifest.ts";

/**
 * Tells of a good backup in a text file that Prometheus' node_exporter reads: the moment that it holds. Another file takes
 * its place at once, so that nobody reads half of one.
 * @param file as it was typed, from where npm was called
 */
export async function tellSuccess(
  file: string,
  stack: string,
  { cutAt }: Pick<Manifest, "cutAt">,
): Promise<void> {
  const registry = new Registry();
  new Gauge({
    name: "tickhouse_backup_last_success_timestamp_seconds",
    help: "The moment that the last good backup holds, in seconds since 1970.",
    labelNames: ["stack"],
    registers: [registry],
  }).set({ stack }, Date.parse(cutAt) / 1_000);
  const path = resolve(process.env["INIT_CWD"] ?? process.cwd(), file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, await registry.metrics(), { mode: 0o644 });
  await rename(`${path}.new`, path);
}
