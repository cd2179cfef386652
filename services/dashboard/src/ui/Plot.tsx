import { useEffect, useRef } from "preact/hooks";
import uPlot, { type AlignedData, type Options, type Series } from "uplot";
import "uplot/dist/uPlot.min.css";
import { effectiveTheme } from "../state/store.ts";
import { type ColorName, color, remPx } from "./palette.ts";

export interface PlotSeries {
  readonly label: string;
  readonly color: ColorName;
  /** `points`: dots without a line; `both`: a line with dots. @default "line" */
  readonly kind?: "line" | "points" | "both";
  readonly format: (value: number) => string;
}

interface PlotProps {
  /** What it shows, for who does not see it. */
  readonly label: string;
  /** The common x first: seconds since 1970 when `time`, else any number; then one list a series. */
  readonly data: AlignedData;
  readonly series: readonly PlotSeries[];
  readonly time?: boolean;
  readonly logarithmic?: boolean;
  /** Name and form of the x that is no time. */
  readonly x?: { readonly label: string; readonly format: (value: number) => string };
  /** Seconds that the axis of time shows at least, so that a first point has room. */
  readonly minSpan?: number;
  /** Height in rem. */
  readonly height?: number;
}

/** A chart of lines, columns or dots over a common x. */
export function Plot(props: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const theme = effectiveTheme.value;
  const { data, label, series, time = false, logarithmic = false, height = 14 } = props;
  const shape = JSON.stringify([
    series.map(({ label: name, kind }) => [name, kind]),
    time,
    logarithmic,
    height,
    theme,
  ]);

  // `shape` stands for everything that a new plot needs
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const own = new uPlot(createOptions(props, element.clientWidth), data, element);
    plot.current = own;
    const observer = new ResizeObserver(() =>
      own.setSize({ width: element.clientWidth, height: height * remPx() }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      own.destroy();
    };
  }, [shape]);
  useEffect(() => plot.current?.setData(data), [data]);

  return <div ref={host} class="plot" role="img" aria-label={label} />;
}

function createOptions(
  { series, time = false, logarithmic = false, x, minSpan = 0, height = 14 }: PlotProps,
  width: number,
): Options {
  const rem = remPx();
  const axis = {
    stroke: color("muted"),
    grid: { stroke: color("grid"), width: 1 },
    ticks: { show: false },
    font: `${Math.round(rem * 0.75)}px ${getComputedStyle(document.body).fontFamily}`,
  };
  const format = series[0]?.format ?? String;
  return {
    width,
    height: height * rem,
    // The page says UTC everywhere.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC"),
    scales: {
      x: time
        ? { time, range: (plot, min, max) => spread(plot, min, max, minSpan) }
        : { time, range: aroundWhole },
      y: logarithmic ? { distr: 3 } : { range: { min: { soft: 0, mode: 2 }, max: { pad: 0.1 } } },
    },
    axes: [
      {
        ...axis,
        ...(x
          ? { values: (_plot: uPlot, splits: number[]) => splits.map(x.format), incrs: INTEGERS }
          : { values: (_plot: uPlot, splits: number[]) => formatTimes(splits), space: rem * 6 }),
      },
      {
        ...axis,
        size: rem * 5,
        values: (_plot, splits) => splits.map((split) => (split === null ? "" : format(split))),
      },
    ],
    series: [
      x
        ? { label: x.label, value: (_plot, at) => (at === null ? "–" : x.format(at)) }
        : { label: "UTC", value: (_plot, at) => (at === null ? "–" : utc(at).slice(0, 19)) },
      ...series.map(toSeries),
    ],
    cursor: { points: { size: 7 }, drag: { x: true, y: false } },
    hooks: {
      // Without a cursor the legend shows the newest values.
      setCursor: [showNewest],
      setData: [showNewest],
      ready: [showNewest],
    },
  };
}

function showNewest(plot: uPlot): void {
  const last = plot.data[0].length - 1;
  if (last >= 0 && typeof plot.cursor.idx !== "number") plot.setLegend({ idx: last });
}

/** `2025-11-10 17:23:00.123` of seconds since 1970. */
const utc = (seconds: number): string =>
  new Date(seconds * 1_000).toISOString().slice(0, 23).replace("T", " ");

/** As much of a date or time as tells the marks of an axis apart. */
function formatTimes(splits: readonly number[]): string[] {
  const [first = 0, second = first] = splits;
  const step = second - first;
  const [from, to] = step >= 86_400 ? [0, 10] : step >= 60 ? [11, 16] : step >= 1 ? [11, 19] : [14, 21];
  return splits.map((split) => utc(split).slice(from, to));
}

/** A range of time, made longer at its beginning where it is too short. */
function spread(plot: uPlot, min: number | null, max: number | null, span: number): [number, number] {
  // Around a single point uPlot puts a thousand days.
  const end = (plot.data[0].length === 1 ? min : max) ?? Date.now() / 1_000;
  return [Math.min(min ?? end, end - Math.max(span, 1)), end];
}

/** Room at both sides of whole numbers. */
const aroundWhole = (_plot: uPlot, min: number | null, max: number | null): [number, number] => [
  (min ?? 1) - 0.5,
  (max ?? 1) + 0.5,
];

const INTEGERS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

function toSeries({ label, color: name, kind = "line", format }: PlotSeries): Series {
  const paint = color(name);
  const value = (_plot: uPlot, y: number | null): string => (y === null ? "–" : format(y));
  const common = { label, value, stroke: paint };
  if (kind === "points")
    return { ...common, paths: () => null, points: { show: true, size: 5, fill: paint, stroke: paint } };
  const points = kind === "both" ? { show: true, size: 6, fill: paint } : { size: 5 };
  return { ...common, width: 1.5, spanGaps: true, points };
}
