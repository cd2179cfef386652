import { clickhouse } from "./clickhouse.ts";
import { kafka } from "./kafka.ts";
import { overview } from "./overview.ts";
import { type Page, renderDashboard } from "./panel.ts";

export const PAGES: readonly Page[] = [overview, clickhouse, kafka];

/** Dashboards as files of a folder that Grafana is told to read, by their name. Pure. */
export const dashboardFiles = (): Record<string, string> =>
  Object.fromEntries(
    PAGES.map((page) => [`${page.uid}.json`, JSON.stringify(renderDashboard(page), null, 1)]),
  );
