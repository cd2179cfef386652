import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../targets/local/layout.ts";
import { volumes } from "./alerts/volumes.ts";
import { GROUPS, ruleGroups, runbookAnchor } from "./rules.ts";

const alerts = Object.values({ ...GROUPS, volumes: volumes("x") }).flat();
const runbook = readFileSync(join(ROOT, "docs", "runbook.md"), "utf8");

/** `### TickhouseTicksMissing` and the severity that the line below it begins with. */
const chapters = new Map(
  [...runbook.matchAll(/^### (\w+)\n\n\*(\w+)\.\*/gm)].map(([, name = "", severity = ""]) => [
    name,
    severity,
  ]),
);

it("has a chapter of the runbook for each alert, of the same severity, and none for another", () => {
  expect(Object.fromEntries(chapters)).toEqual(
    Object.fromEntries(alerts.map(({ alert, severity }) => [alert, severity])),
  );
});

it("leads from an alert to its heading", () => {
  expect(runbookAnchor({ alert: "TickhouseTicksMissing" })).toBe("docs/runbook.md#tickhouseticksmissing");
});

it("gives each alert a name, and one alone", () => {
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
});

it("names only settings, files and npm commands that exist", () => {
  const scripts = Object.keys(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts);
  for (const [, command = ""] of runbook.matchAll(/npm run (?:--silent )?([\w-]+)/g))
    expect([...scripts, "backup"], command).toContain(command);
  const settings = readFileSync(join(ROOT, "Pulumi.yaml"), "utf8");
  for (const [, setting = ""] of runbook.matchAll(/tickhouse:(\w+)/g))
    expect(settings, setting).toContain(`\n  tickhouse:${setting}:`);
});

it("renders groups that Prometheus and its operator read alike", () => {
  const { groups } = ruleGroups();
  expect(groups.map(({ name }) => name)).toContain("tickhouse-completeness");
  expect(groups[0]?.rules[0]).toMatchObject({
    alert: "TickhouseTicksMissing",
    for: "5m",
    labels: { severity: "critical" },
    annotations: { runbook_url: "docs/runbook.md#tickhouseticksmissing" },
  });
});
