import { useState } from "preact/hooks";
import type { Bar } from "../../api/types.ts";
import { formatCount, formatMinute, formatPrice, formatSecond, formatVolume } from "../../format.ts";
import { Table } from "../../ui/Table.tsx";

const SHOWN = 100;

/** The newest bars in numbers: for who reads rather than looks. */
export function BarsTable({ bars, decimals }: { bars: readonly Bar[]; decimals: number }) {
  const [open, setOpen] = useState(false);
  const price = (value: number) => formatPrice(value, decimals);
  return (
    <details class="panel" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary data-testid="bars-summary">The newest bars in numbers</summary>
      {open && (
        <Table
          caption="Bars, newest first"
          testId="bars-table"
          tall
          rows={bars.slice(-SHOWN).toReversed()}
          keyOf={({ time }) => time}
          dataOf={(bar) => ({
            "data-time": bar.time,
            "data-state": bar.state,
            "data-open": bar.open,
            "data-high": bar.high,
            "data-low": bar.low,
            "data-close": bar.close,
            "data-volume": bar.volume,
            "data-vwap": bar.vwap,
            "data-trades": bar.trades,
          })}
          columns={[
            { head: "Time, UTC", rowHead: true, cell: (bar) => formatMinute(bar.time) },
            { head: "Open", number: true, cell: (bar) => price(bar.open) },
            { head: "High", number: true, cell: (bar) => price(bar.high) },
            { head: "Low", number: true, cell: (bar) => price(bar.low) },
            { head: "Close", number: true, cell: (bar) => price(bar.close) },
            { head: "Volume", number: true, cell: (bar) => formatVolume(bar.volume) },
            { head: "VWAP", number: true, cell: (bar) => price(bar.vwap) },
            { head: "Trades", number: true, cell: (bar) => formatCount(bar.trades) },
            { head: "Bought", number: true, cell: (bar) => formatVolume(bar.buyVolume) },
            { head: "Sold", number: true, cell: (bar) => formatVolume(bar.sellVolume) },
            {
              head: "State",
              cell: (bar) => (
                <span class="badge" data-state={bar.state}>
                  {bar.state}
                </span>
              ),
            },
            { head: "Revision", number: true, cell: (bar) => bar.revision },
            { head: "Known at, UTC", cell: (bar) => formatSecond(bar.knownAt) },
          ]}
        />
      )}
    </details>
  );
}
