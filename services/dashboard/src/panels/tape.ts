import type { Bar } from "../api.ts";
import { byId, show } from "../dom.ts";
import { formatCount, formatMinute, formatPrice, formatShare, formatVolume } from "../format.ts";
import { summarize } from "../series.ts";

/** The figures above the chart. Bars oldest first. */
export function showTape(symbol: string, bars: readonly Bar[], decimals: number): void {
  const element = (id: string) => byId(id, HTMLElement);
  const price = (value: number) => formatPrice(value, decimals);
  const last = bars.at(-1);
  const range = summarize(bars);
  element("chart-title").textContent = symbol === "" ? "–" : symbol;
  show(element("last-close"), last?.close, price(last?.close ?? 0));
  show(element("last-minute"), last?.minute, formatMinute(last?.minute ?? ""));
  show(element("bars-count"), bars.length, formatCount(bars.length));
  show(element("range-high"), range?.high, price(range?.high ?? 0));
  show(element("range-low"), range?.low, price(range?.low ?? 0));
  show(element("range-volume"), range?.volume, formatVolume(range?.volume ?? 0));
  show(element("range-vwap"), range?.vwap, price(range?.vwap ?? 0));

  const change = element("change");
  const amount = range?.change ?? 0;
  const sign = amount > 0 ? "+" : "";
  show(change, range?.change, `${sign}${price(amount)}  ${sign}${formatShare(range?.changeShare ?? 0)}`);
  if (range === undefined) change.textContent = "";
  change.dataset["direction"] = amount > 0 ? "up" : amount < 0 ? "down" : "flat";
  document.title = last === undefined ? "Tickhouse" : `${price(last.close)} ${symbol} · Tickhouse`;
}

/** The bar under the crosshair, or the last one. */
export function showLegend(bar: Bar | undefined, decimals: number): void {
  const legend = byId("legend", HTMLElement);
  if (bar === undefined) {
    legend.replaceChildren();
    return;
  }
  const price = (value: number) => formatPrice(value, decimals);
  const figures: readonly (readonly [string, string])[] = [
    ["", formatMinute(bar.minute)],
    ["O", price(bar.open)],
    ["H", price(bar.high)],
    ["L", price(bar.low)],
    ["C", price(bar.close)],
    ["Vol", formatVolume(bar.volume)],
    ["VWAP", price(bar.vwap)],
  ];
  legend.dataset["direction"] = bar.close >= bar.open ? "up" : "down";
  legend.replaceChildren(
    ...figures.map(([label, text]) => {
      const item = document.createElement("span");
      const value = document.createElement("b");
      value.textContent = text;
      item.append(label === "" ? "" : `${label} `, value);
      return item;
    }),
  );
}
