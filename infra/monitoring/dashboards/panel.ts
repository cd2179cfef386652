import type { DataSourceRef } from "@grafana/grafana-foundation-sdk/common";
import {
  type Dashboard,
  DashboardBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as LinesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";

/** The one data source, as it is provisioned. */
export const DATASOURCE: DataSourceRef = { type: "prometheus", uid: "tickhouse-prometheus" };

export interface Panel {
  /** `number`: the newest value, coloured by its limits. `lines`: values over time. */
  readonly kind: "number" | "lines";
  readonly title: string;
  /** What is to be read off it. */
  readonly help: string;
  /** Grafana's name of a unit: s, short, bytes, percentunit, ops. */
  readonly unit: string;
  /** PromQL by the legend of its series. */
  readonly queries: Readonly<Record<string, string>>;
  /** From which value on it is yellow, and red. */
  readonly limits?: readonly [warning: number, critical: number];
}

export interface Page {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: Readonly<Record<string, readonly Panel[]>>;
}

/** Of Grafana's grid, which is 24 wide. */
const WIDTH = { number: 4, lines: 12 } as const;
const HEIGHT = { number: 4, lines: 8 } as const;

/** The dashboard as Grafana's provisioning reads it. Pure. */
export function renderDashboard({ uid, title, description, rows }: Page): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(["tickhouse"])
    .readonly()
    .refresh("30s")
    .time({ from: "now-1h", to: "now" })
    .timezone("utc");
  for (const [name, panels] of Object.entries(rows)) {
    builder.withRow(new RowBuilder(name));
    for (const panel of panels) builder.withPanel(panelOf(panel));
  }
  return builder.build();
}

function panelOf({ kind, title, help, unit, queries, limits }: Panel) {
  const builder = kind === "number" ? new StatBuilder() : new LinesBuilder().fillOpacity(8).lineWidth(1);
  builder
    .title(title)
    .description(help)
    .unit(unit)
    .datasource(DATASOURCE)
    .span(WIDTH[kind])
    .height(HEIGHT[kind])
    .thresholds(
      new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
        { value: null, color: "green" },
        ...(limits === undefined
          ? []
          : [
              { value: limits[0], color: "yellow" },
              { value: limits[1], color: "red" },
            ]),
      ]),
    );
  for (const [index, [legend, expr]] of Object.entries(queries).entries())
    builder.withTarget(
      new DataqueryBuilder()
        .refId(String.fromCharCode(65 + index))
        .expr(expr)
        .legendFormat(legend)
        .datasource(DATASOURCE),
    );
  return builder;
}
