/** One number that an indicator takes. */
export interface IndicatorParameter {
  readonly label: string;
  readonly initial: number;
}

/** One line of an indicator. */
export interface IndicatorLine {
  /** Name in the API's answer; empty when the answer is a plain number. */
  readonly key: string;
  readonly kind: "line" | "histogram";
  readonly dashed?: boolean;
}

export interface IndicatorKind {
  readonly label: string;
  readonly parameters: readonly IndicatorParameter[];
  /** Over the candles, or beneath them in a pane of its own. */
  readonly pane: "price" | "own";
  readonly lines: readonly IndicatorLine[];
  /** Levels that one looks for, such as RSI's 30 and 70. */
  readonly levels?: readonly number[];
}

const length = (initial: number): IndicatorParameter => ({ label: "Length", initial });
const one: readonly IndicatorLine[] = [{ key: "", kind: "line" }];

/** What the API computes, as it names it. */
export const INDICATOR_KINDS = {
  sma: { label: "SMA", parameters: [length(20)], pane: "price", lines: one },
  ema: { label: "EMA", parameters: [length(20)], pane: "price", lines: one },
  vwap: { label: "VWAP, session", parameters: [], pane: "price", lines: one },
  rolling_vwap: { label: "VWAP, rolling", parameters: [length(20)], pane: "price", lines: one },
  bollinger: {
    label: "Bollinger",
    parameters: [length(20), { label: "Deviations", initial: 2 }],
    pane: "price",
    lines: [
      { key: "upper", kind: "line", dashed: true },
      { key: "middle", kind: "line" },
      { key: "lower", kind: "line", dashed: true },
    ],
  },
  rsi: { label: "RSI", parameters: [length(14)], pane: "own", lines: one, levels: [30, 70] },
  macd: {
    label: "MACD",
    parameters: [
      { label: "Fast", initial: 12 },
      { label: "Slow", initial: 26 },
      { label: "Signal", initial: 9 },
    ],
    pane: "own",
    lines: [
      { key: "histogram", kind: "histogram" },
      { key: "macd", kind: "line" },
      { key: "signal", kind: "line", dashed: true },
    ],
  },
  atr: { label: "ATR", parameters: [length(14)], pane: "own", lines: one },
} as const satisfies Readonly<Record<string, IndicatorKind>>;

export type IndicatorName = keyof typeof INDICATOR_KINDS;

export const INDICATOR_NAMES = Object.keys(INDICATOR_KINDS) as readonly IndicatorName[];

/** The API takes this many in one request. */
export const MAX_INDICATORS = 10;

/** An indicator that is on the chart: `sma:20`. */
export interface Indicator {
  /** As the API names it. */
  readonly id: string;
  /** `SMA 20` */
  readonly title: string;
  readonly kind: IndicatorKind;
}

/** Reads `macd:12:26:9`; undefined for what this page does not know. Pure. */
export function parseIndicator(id: string): Indicator | undefined {
  const [name = "", ...numbers] = id.split(":");
  const known = INDICATOR_NAMES.find((each) => each === name);
  if (known === undefined) return undefined;
  const kind: IndicatorKind = INDICATOR_KINDS[known];
  if (numbers.length !== kind.parameters.length || !numbers.every((text) => Number(text) > 0))
    return undefined;
  return { id, title: [kind.label, ...numbers].join(" "), kind };
}

/** The indicators of a URL that this page knows, each once, at most as many as the API takes. Pure. */
export const parseIndicators = (ids: readonly string[]): readonly Indicator[] =>
  [...new Set(ids)]
    .map(parseIndicator)
    .filter((indicator) => indicator !== undefined)
    .slice(0, MAX_INDICATORS);

/** `sma` and [20] -> `sma:20`. Pure. */
export const writeIndicator = (name: IndicatorName, numbers: readonly number[]): string =>
  [name, ...numbers].join(":");
