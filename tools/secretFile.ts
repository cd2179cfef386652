import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Puts a secret into a file that nobody else can read, for a process that takes its path, for the time of `use`. */
export async function withSecretFile<T>(secret: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "tickhouse-"));
  const path = join(folder, "secret");
  try {
    writeFileSync(path, secret, { mode: 0o600 });
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
