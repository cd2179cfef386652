import { navigate, view } from "../state/store.ts";
import { PAGES, type Page, writeView } from "../state/view.ts";
import { BRAND, ICONS } from "./icons.tsx";

export const TITLES: Readonly<Record<Page, string>> = {
  chart: "Chart",
  tape: "Tape and book",
  benchmark: "Benchmark",
  dedup: "Deduplication",
  pipeline: "Pipeline",
  queries: "Query time",
};

/** Short names for the bar at the bottom of a telephone. */
const SHORT: Readonly<Record<Page, string>> = {
  chart: "Chart",
  tape: "Tape",
  benchmark: "Bench",
  dedup: "Dedup",
  pipeline: "Pipeline",
  queries: "Queries",
};

/** Links to the pages, which keep symbol and range; real links, so that a page opens in a new tab too. */
export function Navigation() {
  const shown = view.value;
  return (
    <nav class="rail" aria-label="Pages">
      <a
        class="brand"
        href={writeView({ ...shown, page: "chart" })}
        aria-label="Tickhouse, to the chart"
        onClick={(event) => follow(event, "chart")}
      >
        {BRAND}
      </a>
      {PAGES.map((page) => (
        <a
          key={page}
          href={writeView({ ...shown, page })}
          aria-current={page === shown.page ? "page" : undefined}
          data-testid={`nav-${page}`}
          title={TITLES[page]}
          onClick={(event) => follow(event, page)}
        >
          {ICONS[page]}
          <span>{SHORT[page]}</span>
        </a>
      ))}
    </nav>
  );
}

function follow(event: MouseEvent, page: Page): void {
  // Another tab or window is the browser's business.
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  navigate({ page });
}
