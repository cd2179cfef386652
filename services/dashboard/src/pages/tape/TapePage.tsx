import { view } from "../../state/store.ts";
import { toInstant } from "../../state/view.ts";
import { RangeFields } from "../../ui/RangeFields.tsx";
import { BookPanel } from "./BookPanel.tsx";
import { MicrostructurePanel } from "./MicrostructurePanel.tsx";
import { QuotesPanel } from "./QuotesPanel.tsx";
import { TradesPanel } from "./TradesPanel.tsx";
import { useTrades } from "./useTrades.ts";

/** Newest trades and quotes, the order book, and figures of the market's microstructure. */
export function TapePage() {
  const { symbol, from, to } = view.value;
  const range = { symbol, from: toInstant(from), to: toInstant(to) };
  const trades = useTrades(range);
  return (
    <>
      <div class="toolbar">
        <RangeFields />
        <p class="muted">The book is shown as it was at “To”, or is now.</p>
      </div>
      <div class="tape-grid">
        <TradesPanel trades={trades} symbol={symbol} />
        <BookPanel symbol={symbol} at={range.to} heard={trades.heard} />
        <QuotesPanel range={range} heard={trades.heard} />
        <MicrostructurePanel range={range} />
      </div>
    </>
  );
}
