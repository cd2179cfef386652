import { byId } from "../dom.ts";

export type State = "loading" | "live" | "empty" | "stale" | "error" | "paused";

const STATES: Readonly<Record<State, string>> = {
  loading: "Loading",
  live: "Live",
  empty: "No bars",
  stale: "Stale",
  error: "Error",
  paused: "Paused",
};

/** The badge in the corner; `more` follows the state's name. */
export function showStatus(state: State, more = ""): void {
  const element = byId("status", HTMLElement);
  const text = more === "" ? STATES[state] : `${STATES[state]} · ${more}`;
  element.dataset["state"] = state;
  // Screen readers announce each change of the text, also to the same text.
  if (element.textContent !== text) element.textContent = text;
}

/** Text over the chart while it has nothing to show; undefined clears it. */
export function showOverlay(text: string | undefined): void {
  const overlay = byId("overlay", HTMLElement);
  overlay.hidden = text === undefined;
  if (text !== undefined) overlay.textContent = text;
}

/** A line that says what went wrong; undefined hides it. */
export function showNotice(text: string | undefined): void {
  const notice = byId("notice", HTMLElement);
  notice.hidden = text === undefined;
  if (notice.textContent !== (text ?? "")) notice.textContent = text ?? "";
}
