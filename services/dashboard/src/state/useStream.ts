import { useEffect, useRef } from "preact/hooks";
import { type Parameters, toQuery } from "../api/client.ts";
import { EventStream } from "../api/stream.ts";
import { keysGiven, noteProblem, readKey, streamState } from "./session.ts";
import { visible } from "./store.ts";

export interface StreamListeners {
  readonly onEvent: (name: string, data: unknown) => void;
  /** Connected, for the first time or again. */
  readonly onOpen?: () => void;
}

/** Listens to `/stream` while the component is on the screen and the tab is visible. */
export function useStream(parameters: Parameters, enabled: boolean, listeners: StreamListeners): void {
  const url = `./stream${toQuery(parameters)}`;
  const latest = useRef(listeners);
  latest.current = listeners;
  const isVisible = visible.value;
  const given = keysGiven.value;

  // a given key connects again
  useEffect(() => {
    if (!enabled || !isVisible) return;
    const stream = new EventStream({
      url,
      readKey,
      onEvent: (name, data) => latest.current.onEvent(name, data),
      onState(state) {
        streamState.value = state;
        if (state.kind === "open") latest.current.onOpen?.();
        if (state.kind === "refused") noteProblem(state.problem);
      },
    });
    stream.start();
    return () => {
      stream.stop();
      streamState.value = undefined;
    };
  }, [url, enabled, isVisible, given]);
}
