import { useMemo, useState } from "preact/hooks";
import type { AlignedData } from "uplot";
import { INTERVALS, type Microstructure, type MicrostructureAnswer } from "../../api/types.ts";
import { formatCount, formatFigure, formatMinute } from "../../format.ts";
import { navigate, view } from "../../state/store.ts";
import { useAnswer } from "../../state/useAnswer.ts";
import { Answered } from "../../ui/Answered.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Plot } from "../../ui/Plot.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import { Table } from "../../ui/Table.tsx";
import type { TapeRange } from "./useTrades.ts";

const POLL_MS = 10_000;
const BUCKETS = 500;

type FigureName = Exclude<keyof Microstructure, "time" | "exchange">;

/** What each figure says, in one line. */
const FIGURES: readonly (readonly [name: FigureName, label: string])[] = [
  ["trades", "Trades"],
  ["quotes", "Quotes"],
  ["mid", "Mid"],
  ["quotedSpread", "Quoted spread"],
  ["timeWeightedSpread", "Time-weighted spread"],
  ["relativeSpreadBps", "Relative spread, bp"],
  ["effectiveSpread", "Effective spread"],
  ["tradeImbalance", "Trade imbalance"],
  ["quoteImbalance", "Quote imbalance"],
  ["orderFlowImbalance", "Order flow imbalance"],
  ["kyleLambda", "Kyle’s λ"],
];

const PLOTTED = [
  "quotedSpread",
  "effectiveSpread",
  "tradeImbalance",
  "quoteImbalance",
  "kyleLambda",
] as const;
const NAMES = Object.fromEntries(FIGURES) as Readonly<Record<FigureName, string>>;

/** Spread, imbalance and price impact of each interval. */
export function MicrostructurePanel({ range }: { range: TapeRange }) {
  const { interval } = view.value;
  const answer = useAnswer<MicrostructureAnswer>(
    "/microstructure",
    { ...range, interval, limit: BUCKETS },
    { pollMs: POLL_MS },
  );
  const [plotted, setPlotted] = useState<(typeof PLOTTED)[number]>("quotedSpread");
  const buckets = answer.data?.buckets ?? [];
  const data = useMemo(() => toPlot(buckets, plotted), [answer.data, plotted]);
  return (
    <Panel
      title="Microstructure"
      class="microstructure"
      note="Formulas and sources are in the API’s docs"
      actions={
        <Segmented
          legend="Length of an interval"
          options={INTERVALS}
          value={interval}
          onChange={(next) => navigate({ interval: next })}
        />
      }
    >
      <Answered
        answer={answer}
        what="microstructure"
        empty={() =>
          buckets.length === 0 ? `No trades or quotes of ${range.symbol} in this range.` : undefined
        }
      >
        {() => (
          <>
            <div class="plot-head">
              <label class="field">
                <span>Charted</span>
                <select
                  value={plotted}
                  onChange={({ currentTarget }) =>
                    setPlotted(PLOTTED.find((name) => name === currentTarget.value) ?? "quotedSpread")
                  }
                >
                  {PLOTTED.map((name) => (
                    <option key={name} value={name}>
                      {NAMES[name]}
                    </option>
                  ))}
                </select>
              </label>
            </div>
            <Plot
              label={`${NAMES[plotted]} of ${range.symbol} over time; the table below has the numbers`}
              time
              height={11}
              data={data}
              series={[{ label: NAMES[plotted], color: "accent", format: formatFigure }]}
            />
            <Table
              caption="Microstructure, newest first"
              testId="microstructure"
              tall
              rows={buckets.slice(0, 100)}
              keyOf={({ time, exchange }) => `${time} ${exchange}`}
              dataOf={({ time, exchange }) => ({ "data-time": time, "data-exchange": exchange })}
              columns={[
                { head: "Time, UTC", rowHead: true, cell: ({ time }) => formatMinute(time) },
                { head: "Exchange", cell: ({ exchange }) => exchange },
                ...FIGURES.map(([name, head]) => ({
                  head,
                  number: true,
                  cell: (bucket: Microstructure) => <FigureCell name={name} value={bucket[name]} />,
                })),
              ]}
            />
          </>
        )}
      </Answered>
    </Panel>
  );
}

function FigureCell({ name, value }: { name: FigureName; value: number | null }) {
  if (value === null) return <span class="muted">–</span>;
  const text =
    name === "trades" || name === "quotes"
      ? formatCount(value)
      : name === "mid"
        ? String(value)
        : formatFigure(value);
  return (
    <span data-figure={name} data-value={value}>
      {text}
    </span>
  );
}

/** One exchange's line: the busiest one's, since spreads of several can't be added. */
function toPlot(newestFirst: readonly Microstructure[], name: FigureName): AlignedData {
  const { exchange } = newestFirst.toSorted((a, b) => b.trades + b.quotes - a.trades - a.quotes)[0] ?? {};
  const shown = newestFirst.filter((bucket) => bucket.exchange === exchange).toReversed();
  return [shown.map(({ time }) => Date.parse(time) / 1000), shown.map((bucket) => bucket[name])];
}
