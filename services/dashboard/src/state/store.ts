import { computed, signal } from "@preact/signals";
import { readView, type View, writeView } from "./view.ts";

/** What the page shows, and what its URL says. */
export const view = signal<View>(readView(location.search));

/** Shows something else: a step that the browser's back button undoes, unless it only completes the present one. */
export function navigate(change: Partial<View>, history: "push" | "replace" = "push"): void {
  const next = { ...view.peek(), ...change };
  const url = writeView(next);
  if (url !== writeView(view.peek())) {
    if (history === "push") window.history.pushState(null, "", url);
    else window.history.replaceState(null, "", url);
  }
  view.value = next;
}

window.addEventListener("popstate", () => {
  view.value = readView(location.search);
});

/** False while the tab is hidden: nothing is polled or streamed then. */
export const visible = signal(!document.hidden);
document.addEventListener("visibilitychange", () => {
  visible.value = !document.hidden;
});

const systemDark = matchMedia("(prefers-color-scheme: dark)");
const prefersDark = signal(systemDark.matches);
systemDark.addEventListener("change", () => {
  prefersDark.value = systemDark.matches;
});

/** The theme that is on the screen. */
export const effectiveTheme = computed<"light" | "dark">(() => {
  const { theme } = view.value;
  if (theme !== "system") return theme;
  return prefersDark.value ? "dark" : "light";
});
