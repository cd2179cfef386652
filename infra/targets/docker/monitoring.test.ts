import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, it } from "vitest";
import { loadConfig } from "../../config.ts";
import { settingsOf } from "../../testing/stackSettings.ts";
import { Tls } from "../../tls/tls.ts";
import { createTopology } from "../../topology.ts";
import { DockerTarget } from "./index.ts";
import { scrapeJobs } from "./monitoring.ts";

interface Container {
  readonly image: string;
  readonly command?: string[];
  readonly envs?: string[];
  readonly ports?: { readonly internal: number; readonly external: number; readonly ip: string }[];
  /** With secrets in them, and so wrapped. */
  readonly uploads?: { readonly value: { readonly file: string; readonly owner: string }[] };
  readonly readOnly?: boolean;
}

const made = new Map<string, Container>();
const config = loadConfig({ ...settingsOf("docker"), monitoring: "stack", bindAddress: "0.0.0.0" });
const topology = createTopology({ ...config, replicasPerShard: 1 });

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource({ type, name, inputs }) {
      if (type === "docker:index/container:Container") made.set(name, inputs as Container);
      return { id: `${name}-id`, state: { ...inputs, imageId: `${name}-digest` } };
    },
    call: ({ inputs }) => inputs,
  });
  class Parent extends pulumi.ComponentResource {}
  const parent = new Parent("test:index:Parent", "parent");
  const common = { config, topology, stack: "test", root: "/", parent };
  const target = new DockerTarget({ ...common, tls: new Tls(common) });
  target.createMonitoring({
    services: ["api", "bars"],
    grafanaPassword: pulumi.secret("generated-password"),
  });
  await new Promise((resolve) => setImmediate(resolve));
  await pulumi.runtime.disconnect();
});

it("reads every server under its own name", () => {
  expect(scrapeJobs(topology, ["api", "bars"])).toEqual([
    { role: "api", port: 9464, servers: ["api"] },
    { role: "bars", port: 9464, servers: ["bars"] },
    { role: "clickhouse", port: 9363, servers: ["clickhouse-01", "clickhouse-02"] },
    { role: "keeper", port: 9363, servers: ["keeper-1"] },
  ]);
});

it("listens on loopback, also where the stack listens everywhere, on a root that can't be written to", () => {
  expect(made.get("prometheus")?.ports).toEqual([{ internal: 9090, external: 9090, ip: "127.0.0.1" }]);
  expect(made.get("grafana")?.ports).toEqual([{ internal: 3000, external: 3000, ip: "127.0.0.1" }]);
  for (const name of ["prometheus", "grafana"]) expect(made.get(name)?.readOnly, name).toBe(true);
});

it("gives Prometheus its configuration and the alerts, as its user", () => {
  const files = made.get("prometheus-files")?.uploads?.value ?? [];
  expect(files.map(({ file, owner }) => [file, owner])).toEqual([
    ["/etc/prometheus/prometheus.yml", "65534"],
    ["/etc/prometheus/rules.yml", "65534"],
  ]);
  expect(made.get("prometheus")?.command).toContain("--storage.tsdb.retention.time=15d");
});

it("gives Grafana its password as a file, and never in its environment", () => {
  const { envs = [], command = [] } = made.get("grafana") ?? {};
  expect(envs).toContain("GF_SECURITY_ADMIN_PASSWORD__FILE=/etc/tickhouse/grafana-password");
  expect(JSON.stringify([envs, command])).not.toContain("generated-password");
  const uploads = JSON.stringify(made.get("grafana-files")?.uploads);
  expect(uploads).toContain("generated-password");
  expect(uploads).toContain("/etc/grafana/provisioning/dashboards/tickhouse-overview.json");
  expect(uploads).toContain("/etc/grafana/provisioning/datasources/tickhouse.yml");
});
