import type { Servers } from "./servers.ts";

/** Not more often than this: it asks the target. */
const EVERY_MS = 3_000;

/** Brings servers back that fell without being struck, and remembers them for the report. */
export interface Fallen {
  readonly names: readonly string[];
  raise(): Promise<void>;
}

/**
 * A server may fall with its neighbour: the embedded engine ends itself when the other end of a connection goes at a
 * certain moment (an exception that nothing catches). A user would bring it back, and so does the drill; it is no pass
 * for what was lost with it.
 */
export function watchFallen(servers: Servers, now: () => number = Date.now): Fallen {
  const names: string[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    names,
    async raise() {
      if (now() - lastMs < EVERY_MS) return;
      lastMs = now();
      for (const name of await servers.fallen()) {
        names.push(name);
        await servers.revive(name);
      }
    },
  };
}
