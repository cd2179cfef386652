/** How the last attempt ended. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value; readonly endedMs: number }
  | { readonly ok: false; readonly error: unknown; readonly endedMs: number };

/** One answer for everybody who asks within a time. */
export interface Shared<Value> {
  /** The last answer while it is new enough, a failure included; else a new one, which all who ask meanwhile share. */
  get(): Promise<Value>;
  /** The last answer, however old; undefined before the first. */
  readonly last: Outcome<Value> | undefined;
}

/** @param everyMs from the end of one attempt to the start of the next, at least */
export function createShared<Value>(
  make: () => Promise<Value>,
  everyMs: number,
  now: () => number = Date.now,
): Shared<Value> {
  let last: Outcome<Value> | undefined;
  let running: Promise<Value> | undefined;
  const attempt = async (): Promise<Value> => {
    try {
      const value = await make();
      last = { ok: true, value, endedMs: now() };
      return value;
    } catch (error) {
      last = { ok: false, error, endedMs: now() };
      throw error;
    } finally {
      running = undefined;
    }
  };
  return {
    get last() {
      return last;
    },
    async get() {
      if (running !== undefined) return running;
      if (last !== undefined && now() - last.endedMs < everyMs) {
        if (last.ok) return last.value;
        throw last.error;
      }
      running = attempt();
      return running;
    },
  };
}
