import { useEffect, useRef, useState } from "preact/hooks";
import type { Parameters } from "../api/client.ts";
import { toQuery } from "../api/client.ts";
import { Poller } from "../api/poller.ts";
import { api, keysGiven } from "./session.ts";
import { visible } from "./store.ts";

/** An answer on its way, on the screen, or refused; old data stays while newer is asked for or fails to come. */
export interface Answer<Data> {
  readonly data: Data | undefined;
  /** Of the last try; undefined once one works. */
  readonly error: unknown;
  /** When the page tries again by itself, milliseconds since 1970. */
  readonly retryAt: number | undefined;
  /** Asks at once. */
  readonly retry: () => void;
}

export interface AskOptions {
  /** Asks again and again, this long after each answer. */
  readonly pollMs?: number;
  /** False while something that the question needs is not there. */
  readonly enabled?: boolean;
}

interface Shown<Data> {
  readonly key: string;
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly retryAt?: number | undefined;
}

/**
 * Asks the API while the component is on the screen and the tab is visible. Another question drops the old answer.
 * @param path the route, such as `/book`
 */
export function useAnswer<Data>(
  path: string,
  parameters: Parameters,
  { pollMs, enabled = true }: AskOptions = {},
): Answer<Data> {
  const key = path + toQuery(parameters);
  const asked = useRef(parameters);
  asked.current = parameters;
  const poller = useRef<Poller>(undefined);
  const [shown, setShown] = useState<Shown<Data>>({ key });
  const isVisible = visible.value;
  const given = keysGiven.value;

  // `key` stands for path and parameters; a given key asks again
  useEffect(() => {
    if (!enabled || !isVisible) return;
    const own = new Poller({
      intervalMs: pollMs,
      async poll(signal) {
        const data = await api.get<Data>(path, asked.current, signal);
        if (!signal.aborted) setShown({ key, data });
      },
      onError(error, retryInMs) {
        const retryAt = retryInMs === undefined ? undefined : Date.now() + retryInMs;
        setShown((before) => ({
          key,
          data: before.key === key ? before.data : undefined,
          error,
          retryAt,
        }));
      },
    });
    poller.current = own;
    own.resume();
    return () => own.stop();
  }, [key, enabled, isVisible, pollMs, given]);

  const current: Shown<Data> = shown.key === key ? shown : { key };
  return {
    data: current.data,
    error: current.error,
    retryAt: current.retryAt,
    retry: () => {
      setShown((before) => ({ ...before, error: undefined, retryAt: undefined }));
      poller.current?.refresh();
    },
  };
}
