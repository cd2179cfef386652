import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { INTERVALS } from "../../api/types.ts";
import { type CandleChart, createCandleChart } from "../../chart/candleChart.ts";
import { parseIndicators } from "../../chart/indicators.ts";
import { priceDecimals } from "../../format.ts";
import { effectiveTheme, navigate, view } from "../../state/store.ts";
import { toInstant } from "../../state/view.ts";
import { Problem } from "../../ui/Answered.tsx";
import { RangeFields } from "../../ui/RangeFields.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import { BarsTable } from "./BarsTable.tsx";
import { IndicatorMenu } from "./IndicatorMenu.tsx";
import { moveByKey } from "./keys.ts";
import { Legend } from "./Legend.tsx";
import { PriceHeader } from "./PriceHeader.tsx";
import { useChartFeed } from "./useChartFeed.ts";

/** Candles of a symbol, live. */
export function ChartPage() {
  const { symbol, interval, from, to, indicators: ids } = view.value;
  const host = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<CandleChart>();
  const [hovered, setHovered] = useState<string>();
  const loadOlder = useRef(() => {});
  const listed = ids.join(",");
  const indicators = useMemo(() => parseIndicators(listed.split(",")), [listed]);
  const range = useMemo(
    () => ({ symbol, interval, from: toInstant(from), to: toInstant(to) }),
    [symbol, interval, from, to],
  );

  useEffect(() => {
    if (host.current === null) return;
    const own = createCandleChart(host.current, {
      onHover: setHovered,
      onOldest: () => loadOlder.current(),
    });
    setChart(own);
    return () => own.destroy();
  }, []);
  const theme = effectiveTheme.value;
  useEffect(() => chart?.repaint(), [chart, theme]);

  const feed = useChartFeed(chart, range, indicators);
  loadOlder.current = feed.loadOlder;
  const { bars } = feed;
  const decimals = priceDecimals(bars.slice(-50).map(({ close }) => close));
  const shown = (hovered === undefined ? undefined : feed.barAt(hovered)) ?? bars.at(-1);

  return (
    <>
      <section class="panel chart-panel" aria-label={`Chart of ${symbol}`}>
        <PriceHeader symbol={symbol} bars={bars} decimals={decimals} exhausted={feed.exhausted} />
        <div class="toolbar">
          <Segmented
            legend="Length of a bar"
            options={INTERVALS}
            value={interval}
            onChange={(next) => navigate({ interval: next })}
            testId="interval"
          />
          <IndicatorMenu active={indicators} />
          <RangeFields />
        </div>
        {feed.problem !== undefined && (
          <Problem {...feed.problem} retry={feed.retry} stale={bars.length > 0} />
        )}
        <div class="chart-frame">
          <Legend bar={shown} decimals={decimals} indicators={indicators} values={feed.values} />
          <div
            ref={host}
            class="chart"
            data-testid="chart"
            data-bars={bars.length}
            role="application"
            aria-roledescription="chart"
            aria-label={`Candles of ${symbol}, ${interval}. Left and right move the crosshair, with Shift by ten bars; plus and minus zoom; Home and End jump.`}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the crosshair moves by keyboard
            tabIndex={0}
            onKeyDown={(event) => {
              const moved = chart && moveByKey(event, chart, bars, hovered);
              if (moved !== undefined) setHovered(moved.time);
            }}
          />
          {feed.loaded ? (
            bars.length === 0 && (
              <p class="overlay" role="status">
                No trades of {symbol} in this range. Widen the range or check the symbol; new trades show up
                here by themselves.
              </p>
            )
          ) : (
            <p class="overlay" role="status">
              {feed.problem === undefined ? "Loading bars…" : "Nothing to show yet: see the message above."}
            </p>
          )}
        </div>
      </section>
      <BarsTable bars={bars} decimals={decimals} />
    </>
  );
}
