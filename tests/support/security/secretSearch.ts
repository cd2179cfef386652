import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// The rule: a generated secret may be in clear in a file that its owner alone can read (mode 0600 or 0400, or 0440 of a
// group that is the service's own, or root's), and that is no log. Nowhere else: not in the state, in what a process is started
// with, in its environment, in what a daemon tells of it, or in any log.

/** Secrets by their names. */
export type Secrets = Readonly<Record<string, string>>;

/** The names of secrets that a text holds. */
export const secretsInText = (text: string, secrets: Secrets): string[] =>
  Object.entries(secrets)
    .filter(([, value]) => value !== "" && text.includes(value))
    .map(([name]) => name);

/** Files under some folders that hold a secret and that others than their owner can read, or that are logs. */
export function exposedFiles(folders: readonly string[], secrets: Secrets): string[] {
  return filesWith(folders, secrets).flatMap((path) => {
    const { mode: all, gid } = statSync(path);
    const mode = all & 0o777;
    // Whoever is in root's group is root.
    const others = gid === 0 ? 0o037 : 0o077;
    if (isLog(path)) return [`${path} is a log and holds ${secretsIn(path, secrets)}`];
    return (mode & others) === 0 || isShielded(path)
      ? []
      : [`${path} has mode ${mode.toString(8)} and holds ${secretsIn(path, secrets)}`];
  });
}

/** How many files hold a secret at all: a search that finds none looks in the wrong place. */
export const countFilesWith = (folders: readonly string[], secrets: Secrets): number =>
  filesWith(folders, secrets).length;

/** Processes in whose arguments a secret stands, of everybody; and in whose environment, of those with these ids. */
export function exposedProcesses(pids: readonly number[], secrets: Secrets): string[] {
  const listed = execFileSync("ps", ["-ewwo", "pid=,args="], { encoding: "utf8", maxBuffer: 1 << 26 });
  const args = listed
    .split("\n")
    .flatMap((line) =>
      secretsInText(line, secrets).map((name) => `arguments of ${line.slice(0, 80)}: ${name}`),
    );
  const environments = pids.flatMap((pid) =>
    secretsInText(environmentOf(pid), secrets).map((name) => `environment of ${pid}: ${name}`),
  );
  return [...args, ...environments];
}

const environmentOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    // It has ended.
    return "";
  }
};

/** A folder above that nobody else can enter keeps what is in it. */
function isShielded(path: string): boolean {
  const parts = path.split("/");
  return parts.some((_, index) => {
    const folder = parts.slice(0, index).join("/");
    return folder !== "" && (statSync(folder).mode & 0o077) === 0;
  });
}

const isLog = (path: string): boolean => /\.log(\.|$)|\/logs?\//.test(path);

const secretsIn = (path: string, secrets: Secrets): string =>
  secretsInText(readFileSync(path, "latin1"), secrets).join(", ");

/** grep knows how to walk large folders; the patterns are no arguments, which everybody could read. */
function filesWith(folders: readonly string[], secrets: Secrets): string[] {
  const there = folders.filter((folder) => existsSync(folder));
  if (there.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), "tickhouse-search-"));
  const patterns = join(folder, "patterns");
  try {
    writeFileSync(patterns, `${Object.values(secrets).filter(Boolean).join("\n")}\n`, { mode: 0o600 });
    const found = spawnSync("grep", ["-rlaFs", "-D", "skip", "-f", patterns, ...there], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    return found.stdout.split("\n").filter((path) => path !== "" && existsSync(path));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
