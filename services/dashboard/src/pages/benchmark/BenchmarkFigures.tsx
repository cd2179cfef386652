import type { BenchmarkAnswer, BenchmarkSide } from "../../api/types.ts";
import { formatBytes, formatCount, formatMs, formatRatio } from "../../format.ts";
import { quantile } from "../../quantile.ts";
import { Table } from "../../ui/Table.tsx";
import { Figures, Value } from "../../ui/Value.tsx";

interface Row {
  readonly name: string;
  readonly id: string;
  readonly read: (side: BenchmarkSide) => number;
  readonly format: (value: number) => string;
}

const ROWS: readonly Row[] = [
  { name: "Median time", id: "ms", read: ({ medianMs }) => medianMs, format: formatMs },
  { name: "Fastest", id: "min", read: ({ elapsedMs }) => Math.min(...elapsedMs), format: formatMs },
  {
    name: "95th percentile",
    id: "p95",
    read: ({ elapsedMs }) => quantile(elapsedMs, 0.95),
    format: formatMs,
  },
  { name: "Rows read", id: "rows", read: ({ rowsRead }) => rowsRead, format: formatCount },
  { name: "Bytes read", id: "bytes", read: ({ bytesRead }) => bytesRead, format: formatBytes },
];

/** The newest round in numbers. */
export function BenchmarkFigures({ answer }: { answer: BenchmarkAnswer }) {
  const { fast, slow, speedup, bars, runs } = answer;
  const cell = ({ id, read, format }: Row, side: "fast" | "slow") => {
    const value = read(answer[side]);
    return <Value id={`bench-${side}-${id}`} value={value} text={format(value)} />;
  };
  return (
    <>
      <Figures
        large
        items={[
          {
            label: "Speedup",
            id: "bench-speedup",
            value: speedup,
            text: formatRatio(speedup ?? Number.NaN),
            note: "median of slow over fast",
          },
          {
            label: "Fast",
            id: "bench-fast",
            value: fast.medianMs,
            text: formatMs(fast.medianMs),
            note: `${formatCount(fast.rowsRead)} rows read`,
          },
          {
            label: "Slow",
            id: "bench-slow",
            value: slow.medianMs,
            text: formatMs(slow.medianMs),
            note: `${formatCount(slow.rowsRead)} rows read`,
          },
          {
            label: "Bars",
            id: "bench-bars",
            value: bars,
            text: formatCount(bars),
            note: runs === 1 ? "one run of each" : `${runs} runs of each, in turn`,
          },
        ]}
      />
      <Table
        caption="Fast against slow, the newest round"
        rows={ROWS}
        keyOf={({ id }) => id}
        columns={[
          { head: "In ClickHouse", rowHead: true, cell: ({ name }) => name },
          { head: "Fast", number: true, cell: (row) => cell(row, "fast") },
          { head: "Slow", number: true, cell: (row) => cell(row, "slow") },
          {
            head: "Slow over fast",
            number: true,
            cell: ({ id, read }) => {
              const ratio = read(slow) / read(fast);
              return <Value id={`bench-ratio-${id}`} value={ratio} text={formatRatio(ratio)} />;
            },
          },
        ]}
      />
    </>
  );
}
