import { existsSync, mkdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { Provider } from "../../dynamic/provider.ts";
import { readPidFile } from "./process/start.ts";
import { stopProcess } from "./process/stop.ts";

export interface DirectoryProps {
  /** Absolute. */
  readonly path: string;
}

export const directoryProvider: Provider<DirectoryProps, DirectoryProps> = {
  check: async () => [],
  diff: async (olds, news) => ({
    changes: olds.path !== news.path,
    replaces: olds.path === news.path ? [] : ["path"],
  }),
  async create({ path }) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return { id: path, outs: { path } };
  },
  read: async (_id, props) => (existsSync(props.path) ? props : undefined),
  update: async (_id, _olds, news) => news,
  async delete(_id, { path }) {
    // A run that was cut off may have started a process that the state never learned of.
    const orphan = readPidFile(path);
    if (orphan !== undefined) await stopProcess(path, orphan, { drain: null, graceMs: 5_000 });
    rmSync(path, { recursive: true, force: true });
    removeIfEmpty(dirname(path));
    removeIfEmpty(dirname(dirname(path)));
  },
};

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something else of the user's is in it.
  }
}
