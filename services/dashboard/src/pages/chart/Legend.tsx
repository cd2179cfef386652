import type { Bar } from "../../api/types.ts";
import { indicatorColor } from "../../chart/indicatorSeries.ts";
import type { Indicator } from "../../chart/indicators.ts";
import { type IndicatorValues, lineValue } from "../../chart/indicatorValues.ts";
import { formatCount, formatFigure, formatMinute, formatPrice, formatVolume } from "../../format.ts";
import { Value } from "../../ui/Value.tsx";

interface LegendProps {
  /** Under the crosshair, or the last one. */
  readonly bar: Bar | undefined;
  readonly decimals: number;
  readonly indicators: readonly Indicator[];
  readonly values: IndicatorValues;
}

/** The values at the crosshair. */
export function Legend({ bar, decimals, indicators, values }: LegendProps) {
  if (bar === undefined) return null;
  const price = (value: number) => formatPrice(value, decimals);
  const figures = [
    ["O", "open", bar.open, price(bar.open)],
    ["H", "high", bar.high, price(bar.high)],
    ["L", "low", bar.low, price(bar.low)],
    ["C", "close", bar.close, price(bar.close)],
    ["Vol", "volume", bar.volume, formatVolume(bar.volume)],
    ["VWAP", "vwap", bar.vwap, price(bar.vwap)],
    ["Trades", "trades", bar.trades, formatCount(bar.trades)],
  ] as const;
  const at = values.at(bar.time);
  return (
    <div class="legend" data-testid="legend">
      <p data-direction={bar.close >= bar.open ? "up" : "down"}>
        <time dateTime={bar.time}>{formatMinute(bar.time)}</time>
        {figures.map(([label, name, value, text]) => (
          <span key={name}>
            {label} <Value id={`legend-${name}`} class="figure" value={value} text={text} />
          </span>
        ))}
        <span class="badge" data-state={bar.state} data-testid="legend-state">
          {bar.state}
          {bar.revision > 1 && `, revision ${bar.revision}`}
        </span>
      </p>
      {indicators.map(({ id, title, kind }, index) => (
        <p key={id} data-testid={`legend-${id}`} class={`swatch ${indicatorColor(index)}`}>
          {title}{" "}
          {kind.lines.map(({ key }) => {
            const value = lineValue(at?.[id], key);
            const text = kind.pane === "price" ? price(value ?? 0) : formatFigure(value ?? 0);
            return <Value key={key} id={`value-${id}-${key}`} class="figure" value={value} text={text} />;
          })}
        </p>
      ))}
    </div>
  );
}
