import { dashboardFiles } from "./dashboards/index.ts";
import { DATASOURCE } from "./dashboards/panel.ts";

/** The official image's user, its port, and where it reads and keeps things. */
export const GRAFANA = {
  user: "472",
  port: 3000,
  provisioning: "/etc/grafana/provisioning",
  data: "/var/lib/grafana",
  /** Variable that is to hold the path of the admin's password. */
  passwordVariable: "GF_SECURITY_ADMIN_PASSWORD__FILE",
  readyPath: "/api/health",
  memoryMb: 512,
  cpuMillicores: 100,
} as const;

/** Its settings. It asks nobody for updates, plugins or faces, and lets nobody in without the password. */
export const GRAFANA_ENV: Readonly<Record<string, string>> = {
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
  GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
  GF_ANALYTICS_REPORTING_ENABLED: "false",
  GF_AUTH_ANONYMOUS_ENABLED: "false",
  GF_LOG_MODE: "console",
  GF_NEWS_NEWS_FEED_ENABLED: "false",
  GF_PLUGINS_PREINSTALL_DISABLED: "true",
  GF_SECURITY_DISABLE_GRAVATAR: "true",
  GF_USERS_ALLOW_SIGN_UP: "false",
  GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${GRAFANA.provisioning}/dashboards/tickhouse-overview.json`,
};

/** Files below its folder of provisioning, by folder and name: the data source, and the dashboards. Pure. */
export const grafanaFiles = (prometheusUrl: string): Record<string, Record<string, string>> => ({
  datasources: {
    "tickhouse.yml": JSON.stringify({
      apiVersion: 1,
      datasources: [
        {
          name: "Tickhouse",
          ...DATASOURCE,
          access: "proxy",
          url: prometheusUrl,
          isDefault: true,
          editable: false,
        },
      ],
    }),
  },
  dashboards: {
    "tickhouse.yml": JSON.stringify({
      apiVersion: 1,
      providers: [
        {
          name: "Tickhouse",
          type: "file",
          disableDeletion: true,
          options: { path: `${GRAFANA.provisioning}/dashboards` },
        },
      ],
    }),
    ...dashboardFiles(),
  },
});
