import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { Gauge, Registry } from "prom-client";
import type { Manifest } from "./manifest.ts";

/** An option's value; told before a backup is made, not after it. @throws InvalidArgumentError */
export function metricsFile(text: string): string {
  if (/[^/]\.prom$/.test(text)) return text;
  throw new InvalidArgumentError(
    "accepted: a path that ends in NAME.prom, since node_exporter reads no other.",
  );
}

/**
 * Tells of a good backup in a text file that Prometheus' node_exporter reads: the moment that it holds. Another file takes
 * its place at once, so that nobody reads half of one.
 * @param file as it was typed, from where npm was called
 * @throws Error that names the file where it can't be written
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
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, await registry.metrics(), { mode: 0o644 });
    await rename(`${path}.new`, path);
  } catch (cause) {
    await rm(`${path}.new`, { force: true }).catch(() => undefined);
    const { code } = cause as NodeJS.ErrnoException;
    throw new Error(
      `--metrics-file = ${file}: can't be written (${code}); accepted: a file in a folder that this user may write to. The backup itself is whole.`,
      { cause },
    );
  }
}
