import { useEffect, useReducer, useRef } from "preact/hooks";
import type { Bar } from "../../api/types.ts";
import { BarFeed, type BarRange } from "../../chart/barFeed.ts";
import type { Change } from "../../chart/barSeries.ts";
import type { CandleChart } from "../../chart/candleChart.ts";
import { IndicatorFeed } from "../../chart/indicatorFeed.ts";
import type { Indicator } from "../../chart/indicators.ts";
import { IndicatorValues } from "../../chart/indicatorValues.ts";
import { priceDecimals } from "../../format.ts";
import { api, keysGiven } from "../../state/session.ts";
import { visible } from "../../state/store.ts";
import { useStream } from "../../state/useStream.ts";

interface Trouble {
  readonly error: unknown;
  readonly retryAt: number | undefined;
}

export interface ChartFeed {
  /** Oldest first. */
  readonly bars: readonly Bar[];
  readonly loaded: boolean;
  /** Whether there is nothing older. */
  readonly exhausted: boolean;
  readonly values: IndicatorValues;
  readonly problem: Trouble | undefined;
  readonly barAt: (time: string) => Bar | undefined;
  readonly loadOlder: () => void;
  readonly retry: () => void;
}

const NO_VALUES = new IndicatorValues();

/** Keeps a chart's bars and indicators up to date: loads, streams, refreshes, and draws what changed. */
export function useChartFeed(
  chart: CandleChart | undefined,
  range: BarRange,
  indicators: readonly Indicator[],
): ChartFeed {
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  const feed = useRef<BarFeed>(undefined);
  const values = useRef<IndicatorFeed>(undefined);
  const problem = useRef<Trouble>(undefined);
  const given = keysGiven.value;
  const isVisible = visible.value;

  const trouble = (error: unknown, retryInMs: number | undefined): void => {
    problem.current = { error, retryAt: retryInMs === undefined ? undefined : Date.now() + retryInMs };
    rerender(0);
  };

  // a given key asks again
  useEffect(() => {
    if (chart === undefined) return;
    let fitted = false;
    problem.current = undefined;
    const draw = (change: Change, { series }: BarFeed): void => {
      problem.current = undefined;
      const { bars, first } = series;
      chart.draw(change, bars, priceDecimals(bars.slice(-50).map(({ close }) => close)));
      if (change.kind === "replace" && values.current !== undefined)
        chart.drawIndicators(values.current.values);
      // A range is shown as it grows; live bars begin at the newest.
      if (change.kind === "replace" && (!fitted || range.from !== undefined))
        chart.fit(range.from === undefined ? "newest" : "all");
      fitted ||= bars.length > 0;
      if (first !== undefined)
        values.current?.cover(first.time, change.kind === "update" ? change.bars[0]?.time : undefined);
      rerender(0);
    };
    const own = new BarFeed(api, range, { onChange: draw, onError: trouble });
    feed.current = own;
    chart.draw({ kind: "replace" }, [], 2);
    rerender(0);
    return () => own.stop();
  }, [chart, range, given]);

  // another range has another feed
  useEffect(() => {
    if (isVisible) feed.current?.resume();
    else feed.current?.pause();
  }, [chart, range, given, isVisible]);

  // a given key asks again
  useEffect(() => {
    if (chart === undefined) return;
    chart.setIndicators(indicators);
    const own = new IndicatorFeed(
      api,
      range,
      indicators.map(({ id }) => id),
      {
        onValues(since) {
          const changed =
            since === undefined ? undefined : feed.current?.series.bars.filter(({ time }) => time >= since);
          chart.drawIndicators(own.values, changed);
          rerender(0);
        },
        onError: trouble,
      },
    );
    values.current = own;
    const first = feed.current?.series.first;
    if (first !== undefined) own.cover(first.time, undefined);
    return () => own.stop();
  }, [chart, range, indicators, given]);

  useStream({ symbol: range.symbol, channels: "bars", interval: range.interval }, chart !== undefined, {
    onEvent(name, data) {
      if (name === "bar") feed.current?.take(data as Bar);
    },
    // What came while nobody listened.
    onOpen: () => feed.current?.refresh(),
  });

  return {
    bars: feed.current?.series.bars ?? [],
    loaded: feed.current?.loaded ?? false,
    exhausted: feed.current?.exhausted ?? false,
    values: values.current?.values ?? NO_VALUES,
    problem: problem.current,
    barAt: (time) => feed.current?.series.at(time),
    loadOlder: () => void feed.current?.loadOlder(),
    retry() {
      problem.current = undefined;
      feed.current?.refresh();
      void feed.current?.loadOlder();
      rerender(0);
    },
  };
}
