import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, describe, expect, it } from "vitest";
import { volumes } from "../../infra/monitoring/alerts/volumes.ts";
import { GROUPS, ruleGroups, runbookAnchor } from "../../infra/monitoring/rules.ts";
import { prometheusConfig } from "../../infra/monitoring/scrape.ts";
import { ALERT_CASES, type Series } from "../../infra/monitoring/testing/alertCases.ts";
import { scrapeJobs as dockerJobs } from "../../infra/targets/docker/monitoring.ts";
import { scrapeJobs as kubernetesJobs } from "../../infra/targets/kubernetes/monitoring.ts";
import { createTopology } from "../../infra/topology.ts";
import { ensurePromtool } from "../../tools/promtool.ts";
import { temporaryFolder } from "../support/folder.ts";

// Prometheus' own evaluation of every alert, over histories in which it has to fire and in which it must not.
const folder = temporaryFolder("rules");
afterAll(() => folder.remove());

const alerts = Object.values(GROUPS).flat();
const promtool = await ensurePromtool();

function write(name: string, content: object): string {
  const path = join(folder.path, name);
  writeFileSync(path, JSON.stringify(content, null, 1));
  return path;
}
const rules = write("rules.yml", ruleGroups());

const inputs = (series: Series) => Object.entries(series).map(([name, values]) => ({ series: name, values }));

it("are rules as Prometheus wants them, those of the volumes of a cluster too", async () => {
  const all = write("all.yml", ruleGroups({ ...GROUPS, volumes: volumes("tickhouse-production") }));
  const { all: output } = await execa(promtool, ["check", "rules", "--lint=all", "--lint-fatal", all], {
    all: true,
  });
  expect(output).toContain(`SUCCESS: ${alerts.length + 1} rules found`);
});

it("are read by a Prometheus that is configured as the stack's own is", async () => {
  const { nodes, keepers } = createTopology({
    shards: 2,
    replicasPerShard: 2,
    keepers: 3,
    partitions: 4,
    clickhouseHttpPort: 1,
    clickhouseNativePort: 100,
  });
  for (const jobs of [dockerJobs, kubernetesJobs].map((make) => make({ nodes, keepers }, ["api", "bars"]))) {
    const config = write("prometheus.yml", prometheusConfig(jobs, rules));
    const { all: output } = await execa(promtool, ["check", "config", "--lint=all", config], { all: true });
    expect(output).toContain("is valid prometheus config file syntax");
    expect(output).toContain(`${alerts.length} rules found`);
  }
});

it("have a case each, and no case is of no alert", () => {
  expect(Object.keys(ALERT_CASES).sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});

describe.each(alerts)("$alert", (alert) => {
  const { fires, quiet } = ALERT_CASES[alert.alert] ?? { fires: undefined, quiet: [] };
  const run = async (name: string, tests: readonly object[]) => {
    const file = write(`${alert.alert}-${name}.yml`, {
      rule_files: [rules],
      evaluation_interval: "1m",
      tests,
    });
    const result = await execa(promtool, ["test", "rules", file], { all: true, reject: false });
    expect(result.exitCode, result.all).toBe(0);
  };

  it("fires when it should, with what it says", async () => {
    if (fires === undefined) throw new Error(`${alert.alert} has no case`);
    const expected = fires.labels.map((labels, index) => ({
      exp_labels: { severity: alert.severity, ...labels },
      exp_annotations: {
        summary: alert.summary,
        description: fires.says[index] ?? "",
        runbook_url: runbookAnchor(alert),
      },
    }));
    await run("fires", [
      {
        interval: "1m",
        input_series: inputs(fires.series),
        alert_rule_test: [{ eval_time: fires.at, alertname: alert.alert, exp_alerts: expected }],
      },
    ]);
  });

  it("stays quiet near its threshold, and before its time is over", async () => {
    expect(quiet.length).toBeGreaterThan(0);
    await run(
      "quiet",
      quiet.map(({ series, at }) => ({
        interval: "1m",
        input_series: inputs(series),
        alert_rule_test: [{ eval_time: at, alertname: alert.alert, exp_alerts: [] }],
      })),
    );
  });
});
