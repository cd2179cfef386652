import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Puts secrets into files that nobody else can read, for a process that takes their paths, for the time of `use`.
 * @param secrets by the names under which `use` gets the paths
 */
export async function withSecretFiles<Name extends string, T>(
  secrets: Readonly<Partial<Record<Name, string>>>,
  use: (paths: Record<Name, string>) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "tickhouse-"));
  const entries = Object.entries<string | undefined>(secrets).flatMap(([name, secret]) =>
    secret === undefined ? [] : [{ name, secret, path: join(folder, name) }],
  );
  try {
    for (const { path, secret } of entries) writeFileSync(path, secret, { mode: 0o600 });
    return await use(
      Object.fromEntries(entries.map(({ name, path }) => [name, path])) as Record<Name, string>,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
