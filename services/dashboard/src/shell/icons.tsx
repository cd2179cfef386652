import type { JSX } from "preact";
import type { Page } from "../state/view.ts";

const icon = (paths: JSX.Element): JSX.Element => (
  <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
    {paths}
  </svg>
);

/** One icon a page, drawn on a grid of 20. */
export const ICONS: Readonly<Record<Page, JSX.Element>> = {
  chart: icon(<path d="M6 3v3m0 7v4M14 3v2m0 7v5M4 6h4v7H4zM12 5h4v7h-4z" />),
  tape: icon(<path d="M3 5h9M3 8.5h6M3 12h8M3 15.5h5M15 4v12M17.5 7v9" />),
  benchmark: icon(<path d="M3 15a7 7 0 1 1 14 0M10 15l3.5-5" />),
  dedup: icon(<path d="M3 3h9v9H3zM8 8h9v9H8z" />),
  pipeline: icon(<path d="M2.5 7.5h4v5h-4zM13.5 7.5h4v5h-4zM6.5 10h7M11 7.5l2.5 2.5L11 12.5" />),
  queries: icon(<path d="M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 6v4l3 2" />),
};

export const BRAND = (
  <svg class="brand-mark" viewBox="0 0 16 16" aria-hidden="true">
    <path class="wick" d="M4.5 2.5v11M11.5 2.5v11" />
    <rect class="up" x="3" y="6" width="3" height="5" rx=".4" />
    <rect class="down" x="10" y="4.5" width="3" height="5.5" rx=".4" />
  </svg>
);
