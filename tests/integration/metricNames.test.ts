import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TOPIC } from "../../infra/kafka/names.ts";
import { volumes } from "../../infra/monitoring/alerts/volumes.ts";
import { PAGES } from "../../infra/monitoring/dashboards/index.ts";
import { ELSEWHERE } from "../../infra/monitoring/elsewhere.ts";
import { GROUPS } from "../../infra/monitoring/rules.ts";
import { pollUntil } from "../../infra/poll.ts";
import { ROOT } from "../../infra/targets/local/layout.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freePorts } from "../support/freePort.ts";
import { metricsIn } from "../support/promql.ts";
import { startStack, type TestStack } from "../support/stack.ts";

// A real broker, two real ClickHouse nodes, and API, bars and producer as processes; what they tell Prometheus is held
// against what alerts and dashboards watch, so that none watches a name that nobody has.
const SERVICE_DEADLINE_MS = 110_000;
const folder = temporaryFolder("metrics");
const stops: (() => Promise<unknown>)[] = [];
let stack: TestStack;
/** Text by who told it. */
const told = new Map<string, () => Promise<string>>();

beforeAll(async () => {
  stack = await startStack();
  stops.push(stack.stop);
  const [barsPort = 0, producerPort = 0] = await freePorts(2);
  writeFileSync(join(folder.path, "password"), stack.cluster.bars.password);
  start("bars", [], {
    METRICS_PORT: String(barsPort),
    CLICKHOUSE_SHARDS: stack.cluster.connections.map(({ url }) => url).join(";"),
    CLICKHOUSE_USER: stack.cluster.bars.username,
    CLICKHOUSE_PASSWORD_FILE: join(folder.path, "password"),
    CLICKHOUSE_DATABASE: "tickhouse",
  });
  start("producer", ["simulate", "--rate", "200"], {
    METRICS_PORT: String(producerPort),
    KAFKA_BOOTSTRAP: stack.bootstrap,
    KAFKA_TOPIC: TOPIC,
  });
  told.set("api", () => stack.api.metrics());
  told.set("bars", () => scrape(`http://127.0.0.1:${barsPort}/metrics`));
  told.set("producer", () => scrape(`http://127.0.0.1:${producerPort}/metrics`));
  for (const { node, url } of stack.cluster.connections) told.set(node, () => scrape(`${url}/metrics`));
  // Requests by status are counted when there were some.
  await stack.api.get("/symbols");
});

afterAll(async () => {
  for (const each of stops.reverse()) await each();
  folder.remove();
});

function start(service: string, args: readonly string[], env: Readonly<Record<string, string>>): void {
  const main = join(ROOT, "services", service, "src", "main.ts");
  const child = execa(process.execPath, ["--import", "tsx", main, ...args], {
    cwd: ROOT,
    env,
    reject: false,
    stdio: ["ignore", "ignore", "inherit"],
  });
  stops.push(() => {
    child.kill("SIGTERM");
    return child;
  });
}

async function scrape(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** Names with a value: a metric that is only described is told by nobody yet. */
const namesIn = (text: string): string[] =>
  text.split("\n").flatMap((line) => /^([a-zA-Z_:][\w:]*)[ {]/.exec(line)?.[1] ?? []);

async function exportedNames(): Promise<Set<string>> {
  const texts = await Promise.all([...told.values()].map((each) => each().catch(() => "")));
  return new Set(texts.flatMap(namesIn));
}

/** Who watches what, by the metric's name. */
const watched = new Map(
  [
    ...Object.values({ ...GROUPS, volumes: volumes("x") })
      .flat()
      .map(({ alert, expr }) => [alert, expr] as const),
    ...PAGES.flatMap(({ title: page, rows }) =>
      Object.values(rows)
        .flat()
        .flatMap(({ title, queries }) =>
          Object.values(queries).map((expr) => [`${page}, ${title}`, expr] as const),
        ),
    ),
  ].flatMap(([who, expr]) => metricsIn(expr).map((name) => [name, who] as const)),
);

it("every metric that an alert or a dashboard names is told by a running service", {
  timeout: 120_000,
}, async () => {
  const wanted = [...watched.keys()].filter((name) => !(name in ELSEWHERE));
  expect(wanted.length).toBeGreaterThan(10);
  let missing: string[] = [];
  const all = await pollUntil(SERVICE_DEADLINE_MS, async () => {
    const names = await exportedNames();
    missing = wanted.filter((name) => !names.has(name));
    return missing.length === 0 ? true : undefined;
  });
  expect(all, `not told: ${missing.map((name) => `${name} (${watched.get(name)})`).join(", ")}`).toBe(true);
});

it("what is said to be told elsewhere is watched, and not told here", async () => {
  const names = await exportedNames();
  for (const name of Object.keys(ELSEWHERE)) {
    expect(watched.has(name), `${name} is watched by nothing`).toBe(true);
    expect(names.has(name), `${name} is told here`).toBe(false);
  }
});

it("the services tell of their processes too, each of its own", async () => {
  for (const [name, text] of told)
    if (!name.startsWith("clickhouse"))
      expect(namesIn(await text()), name).toContain("process_start_time_seconds");
});
