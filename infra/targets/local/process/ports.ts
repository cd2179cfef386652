import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";

/** A port that the stack wants to listen on, and the setting that would move it. */
export interface PortClaim {
  readonly host: string;
  readonly port: number;
  /** What would listen there: `kafka`, `clickhouse-01`. */
  readonly owner: string;
  /** The stack setting that decides it: `tickhouse:kafkaPort`. */
  readonly setting: string;
}

/** The claims that can't be listened on, each as a sentence that names holder and cure. */
export async function takenPorts(claims: readonly PortClaim[]): Promise<string[]> {
  const problems = await Promise.all(
    claims.map(async (claim) => {
      const code = await refusal(claim);
      return code === undefined ? [] : [describeRefusal(claim, code)];
    }),
  );
  return problems.flat();
}

/** `port 8123 on 127.0.0.1, wanted by clickhouse-01, is taken by …`. */
function describeRefusal({ host, port, owner, setting }: PortClaim, code: string): string {
  const what = `port ${port} on ${host}, wanted by ${owner},`;
  const another = `choose another port: pulumi config set ${setting} <port>`;
  // An address that is not of this machine (EADDRNOTAVAIL), a low port without the right to it (EACCES).
  if (code !== "EADDRINUSE")
    return `${what} can't be listened on (${code}): correct the address, or ${another}`;
  const holder = findHolder(port);
  const by =
    holder === undefined ? "a process that this user can't see" : `pid ${holder.pid} (${holder.command})`;
  return `${what} is taken by ${by}: stop that process, or ${another}`;
}

/** The system's code for why nobody can listen there now, undefined where one can. */
function refusal({ host, port }: PortClaim): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** The process that listens on a TCP port, from /proc (Linux); undefined where it can't be told. */
export function findHolder(port: number): { pid: number; command: string } | undefined {
  const inodes = new Set([...listeners("/proc/net/tcp", port), ...listeners("/proc/net/tcp6", port)]);
  if (inodes.size === 0) return undefined;
  for (const pid of numericEntries("/proc")) {
    for (const fd of numericEntries(`/proc/${pid}/fd`)) {
      const socket = attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
      if (socket !== undefined && inodes.has(socket)) {
        const command = attempt(() =>
          readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim(),
        );
        return { pid, command: (command ?? "?").slice(0, 120) };
      }
    }
  }
  return undefined;
}

/** Sockets in state LISTEN (0A) on a port: `  0: 0100007F:1FBB 00000000:0000 0A … uid timeout inode`. */
function listeners(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const lines = (attempt(() => readFileSync(table, "utf8")) ?? "").split("\n").slice(1);
  return lines.flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === "0A" && local?.endsWith(`:${hex}`) ? [`socket:[${inode}]`] : [];
  });
}

const numericEntries = (folder: string): number[] =>
  (attempt(() => readdirSync(folder)) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
