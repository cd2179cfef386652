import type { Pages } from "../state/usePages.ts";
import { Problem } from "./Answered.tsx";

/** Asks for the next page of a list. */
export function More({ pages, what }: { pages: Pages<unknown>; what: string }) {
  return (
    <div class="more">
      <span class="muted">{what}</span>
      {pages.moreError !== undefined && <Problem error={pages.moreError} />}
      {pages.hasMore && (
        <button type="button" data-testid="more-button" disabled={pages.loadingMore} onClick={pages.loadMore}>
          {pages.loadingMore ? "Loading…" : "Load more"}
        </button>
      )}
    </div>
  );
}
