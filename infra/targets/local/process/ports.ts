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

/** The claims whose port somebody else holds, each as a sentence that names holder and cure. */
export async function takenPorts(claims: readonly PortClaim[]): Promise<string[]> {
  const taken = await Promise.all(claims.map(async (claim) => ((await canListen(claim)) ? [] : [claim])));
  return taken.flat().map(describeTaken);
}

/** `port 8123 (for clickhouse-01) on 127.0.0.1 is taken by ...`. */
export function describeTaken({ host, port, owner, setting }: PortClaim): string {
  const holder = findHolder(port);
  const by =
    holder === undefined ? "a process that this user can't see" : `pid ${holder.pid} (${holder.command})`;
  return (
    `port ${port} on ${host}, wanted by ${owner}, is taken by ${by}: ` +
    `stop that process, or choose another port: pulumi config set ${setting} <port>`
  );
}

function canListen({ host, port }: PortClaim): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
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
