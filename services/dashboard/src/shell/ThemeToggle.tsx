import { effectiveTheme, navigate, view } from "../state/store.ts";
import { THEMES } from "../state/view.ts";

const NAMES = { system: "As the system", light: "Light", dark: "Dark" } as const;

/** Goes round: as the system, light, dark. */
export function ThemeToggle() {
  const { theme } = view.value;
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  return (
    <button
      type="button"
      class="quiet"
      data-testid="theme-button"
      title={`Theme: ${NAMES[theme]}`}
      aria-label={`Theme: ${NAMES[theme]}. Change to: ${NAMES[next]}`}
      onClick={() => navigate({ theme: next }, "replace")}
    >
      <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
        {effectiveTheme.value === "dark" ? (
          <path d="M15.5 12.5A6.5 6.5 0 0 1 7.5 4.5a6.5 6.5 0 1 0 8 8z" />
        ) : (
          <path d="M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M15.7 4.3l-1.1 1.1M5.4 14.6l-1.1 1.1" />
        )}
      </svg>
      <span class="hidden-narrow">{theme === "system" ? "Auto" : NAMES[theme]}</span>
    </button>
  );
}
