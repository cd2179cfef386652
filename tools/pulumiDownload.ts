import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

const CONNECT_TIMEOUT_MS = 10_000;
const DOWNLOAD_TIMEOUT_MS = 300_000;

/**
 * Downloads the official release and unpacks it into a folder, its checksum verified.
 * @returns why it could not be had; undefined when it is there.
 */
export async function downloadPulumi(version: string, folder: string): Promise<string | undefined> {
  const os = process.platform === "darwin" ? "darwin" : "linux";
  const file = `pulumi-v${version}-${os}-${process.arch === "arm64" ? "arm64" : "x64"}.tar.gz`;
  const release = `https://github.com/pulumi/pulumi/releases/download/v${version}`;
  const archive = join(folder, file);
  try {
    const sums = await text(`${release}/pulumi-${version}-checksums.txt`);
    const wanted = sums
      .split("\n")
      .find((line) => line.endsWith(file))
      ?.split(/\s+/)[0];
    if (wanted === undefined) return `the release's checksums do not name ${file}`;
    const content = await bytes(`${release}/${file}`);
    const got = createHash("sha256").update(content).digest("hex");
    if (got !== wanted) return `${file} has the SHA-256 ${got}, the release says ${wanted}`;
    writeFileSync(archive, content);
    await execa("tar", ["-xzf", archive, "-C", folder, "--strip-components=1"]);
    return undefined;
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message : message;
  } finally {
    rmSync(archive, { force: true });
  }
}

const text = async (url: string): Promise<string> => (await ok(url, CONNECT_TIMEOUT_MS)).text();
const bytes = async (url: string): Promise<Buffer> =>
  Buffer.from(await (await ok(url, DOWNLOAD_TIMEOUT_MS)).arrayBuffer());

async function ok(url: string, timeoutMs: number): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}
