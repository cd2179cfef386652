import { useMemo, useState } from "preact/hooks";
import { formatBytes, formatCount, formatMs } from "../../format.ts";
import { type Query, type RouteFigures, summarizeRoutes } from "../../state/history.ts";
import { history } from "../../state/session.ts";
import { Panel } from "../../ui/Panel.tsx";
import { Plot } from "../../ui/Plot.tsx";
import type { ColorName } from "../../ui/palette.ts";
import { Segmented } from "../../ui/Segmented.tsx";
import { Table } from "../../ui/Table.tsx";
import { costliestRoutes, createQueryPlot } from "./queryPlot.ts";

const COLORS: readonly ColorName[] = ["series-1", "series-2", "series-3", "series-4", "series-5", "series-6"];
const FIELDS = ["elapsedMs", "roundTripMs", "rowsRead", "bytesRead"] as const;
type Field = (typeof FIELDS)[number];

const NAMES: Readonly<Record<Field, string>> = {
  elapsedMs: "ClickHouse",
  roundTripMs: "Round trip",
  rowsRead: "Rows",
  bytesRead: "Bytes",
};
const FORMATS: Readonly<Record<Field, (value: number) => string>> = {
  elapsedMs: formatMs,
  roundTripMs: formatMs,
  rowsRead: formatCount,
  bytesRead: formatBytes,
};

const NEWEST = 50;

/** What this page's own queries cost, since the tab was opened. */
export function QueriesPage() {
  const [field, setField] = useState<Field>("elapsedMs");
  const queries = history.value;
  const routes = useMemo(() => summarizeRoutes(queries), [queries]);
  const names = costliestRoutes(routes);
  const listed = names.join();
  const data = useMemo(() => createQueryPlot(queries, names, field), [queries, listed, field]);
  if (queries.length === 0)
    return (
      <p class="placeholder" role="status">
        No query yet. Open another page of this dashboard; what it asks for shows up here.
      </p>
    );
  return (
    <>
      <Panel
        title="Queries over time"
        note={`${formatCount(queries.length)} answers since this tab was opened, logarithmic`}
        actions={
          <Segmented
            legend="What to chart"
            options={FIELDS}
            value={field}
            onChange={setField}
            labelOf={(name) => NAMES[name]}
          />
        }
      >
        <Plot
          label={`${NAMES[field]} of each query by route; the table below has the numbers`}
          time
          logarithmic
          height={18}
          data={data}
          minSpan={60}
          series={[...names, "others"].map((label, index) => ({
            label,
            color: COLORS[index] ?? "muted",
            kind: "points",
            format: FORMATS[field],
          }))}
        />
      </Panel>
      <Panel title="Routes" note="Time as ClickHouse counts it; rows and bytes of the last answer">
        <RoutesTable routes={routes} />
      </Panel>
      <Panel title="Newest queries">
        <QueriesTable queries={queries.slice(-NEWEST).toReversed()} />
      </Panel>
    </>
  );
}

function RoutesTable({ routes }: { routes: readonly RouteFigures[] }) {
  return (
    <Table
      caption="Routes of this page’s queries"
      testId="routes"
      rows={routes}
      keyOf={({ route }) => route}
      dataOf={({ route, count, rowsRead }) => ({
        "data-route": route,
        "data-count": count,
        "data-rows": rowsRead,
      })}
      columns={[
        { head: "Route", rowHead: true, cell: ({ route }) => <code>{route}</code> },
        { head: "Answers", number: true, cell: ({ count }) => formatCount(count) },
        { head: "p50", number: true, cell: ({ p50Ms }) => formatMs(p50Ms) },
        { head: "p99", number: true, cell: ({ p99Ms }) => formatMs(p99Ms) },
        { head: "Last", number: true, minor: true, cell: ({ lastMs }) => formatMs(lastMs) },
        {
          head: "Round trip p50",
          number: true,
          minor: true,
          cell: (route) => formatMs(route.roundTripP50Ms),
        },
        { head: "Rows read", number: true, cell: ({ rowsRead }) => formatCount(rowsRead) },
        { head: "Bytes read", number: true, minor: true, cell: ({ bytesRead }) => formatBytes(bytesRead) },
      ]}
    />
  );
}

function QueriesTable({ queries }: { queries: readonly Query[] }) {
  return (
    <Table
      caption="This page’s newest queries"
      testId="queries"
      tall
      rows={queries}
      keyOf={({ at, route }, index) => `${at} ${route} ${index}`}
      dataOf={({ route }) => ({ "data-route": route })}
      columns={[
        { head: "Time, UTC", rowHead: true, cell: ({ at }) => new Date(at).toISOString().slice(11, 23) },
        { head: "Route", cell: ({ route }) => <code>{route}</code> },
        { head: "ClickHouse", number: true, cell: ({ elapsedMs }) => formatMs(elapsedMs) },
        { head: "Round trip", number: true, cell: ({ roundTripMs }) => formatMs(roundTripMs) },
        { head: "Rows read", number: true, cell: ({ rowsRead }) => formatCount(rowsRead) },
        { head: "Bytes read", number: true, minor: true, cell: ({ bytesRead }) => formatBytes(bytesRead) },
      ]}
    />
  );
}
