import { useMemo } from "preact/hooks";
import type { Bar } from "../../api/types.ts";
import { summarize } from "../../chart/barSeries.ts";
import { formatCount, formatMinute, formatPrice, formatShare, formatVolume, signed } from "../../format.ts";
import { Figures, Value } from "../../ui/Value.tsx";

interface PriceHeaderProps {
  readonly symbol: string;
  /** Oldest first. */
  readonly bars: readonly Bar[];
  readonly decimals: number;
  /** Whether there are no older bars than these. */
  readonly exhausted: boolean;
}

/** The last price, and figures of the loaded bars. */
export function PriceHeader({ symbol, bars, decimals, exhausted }: PriceHeaderProps) {
  const range = useMemo(() => summarize(bars), [bars]);
  const last = bars.at(-1);
  const price = (value: number) => formatPrice(value, decimals);
  const change = range?.change ?? 0;
  return (
    <header class="price-header">
      <div class="price">
        <h2>{symbol}</h2>
        <Value id="last-close" class="last" value={last?.close} text={price(last?.close ?? 0)} />
        <span class="change" data-direction={change > 0 ? "up" : change < 0 ? "down" : "flat"}>
          {range && (
            <Value
              id="change"
              value={range.change}
              text={`${signed(price(change), change)} (${signed(formatShare(range.changeShare), change)})`}
            />
          )}
        </span>
      </div>
      <Figures
        items={[
          { label: "High", id: "range-high", value: range?.high, text: price(range?.high ?? 0) },
          { label: "Low", id: "range-low", value: range?.low, text: price(range?.low ?? 0) },
          { label: "VWAP", id: "range-vwap", value: range?.vwap, text: price(range?.vwap ?? 0) },
          {
            label: "Volume",
            id: "range-volume",
            value: range?.volume,
            text: formatVolume(range?.volume ?? 0),
          },
          {
            label: "Trades",
            id: "range-trades",
            value: range?.trades,
            text: formatCount(range?.trades ?? 0),
          },
          {
            label: exhausted ? "Bars" : "Bars, loaded",
            id: "bars-count",
            value: bars.length,
            text: formatCount(bars.length),
          },
          {
            label: "Last bar, UTC",
            id: "last-time",
            value: last?.time,
            text: formatMinute(last?.time ?? ""),
          },
        ]}
      />
    </header>
  );
}
