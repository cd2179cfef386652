import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A TCP port that a process listens on, as it sees it. */
export interface Listening {
  readonly pid: number;
  readonly port: number;
  /** Whether it listens on loopback alone. */
  readonly loopback: boolean;
}

const LISTEN = "0A";

/** Every TCP port that some processes listen on, each in the network that it lives in. */
export function listeningPorts(pids: readonly number[]): Listening[] {
  return pids.flatMap((pid) => {
    const own = new Set(socketsOf(pid));
    const rows = ["tcp", "tcp6"].flatMap((table) => rowsOf(`/proc/${pid}/net/${table}`));
    const found = rows
      .filter(({ state, inode }) => state === LISTEN && own.has(inode))
      .map(({ address }) => {
        const [host = "", port = ""] = address.split(":");
        return { pid, port: Number.parseInt(port, 16), loopback: isLoopback(host) };
      });
    // A server that takes both kinds of addresses has one socket or two.
    return [...new Map(found.map((each) => [each.port, each])).values()];
  });
}

function rowsOf(path: string): { address: string; state: string; inode: string }[] {
  const [, ...lines] = read(path).trim().split("\n");
  return lines.map((line) => {
    const [, address = "", , state = "", , , , , , inode = ""] = line.trim().split(/\s+/);
    return { address, state, inode };
  });
}

/** Inodes of the sockets that a process has open. */
function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`)) ?? [];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return [];
  }
}

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};
const link = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
};

/** 127.0.0.0/8, ::1 and ::ffff:127.0.0.0/104 as the kernel writes them: words in the machine's byte order. */
const isLoopback = (hex: string): boolean =>
  /^[0-9A-F]{6}7F$/.test(hex) ||
  hex === "00000000000000000000000001000000" ||
  /^0000000000000000FFFF0000[0-9A-F]{6}7F$/.test(hex);
