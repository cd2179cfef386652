import { Counter, Registry } from "prom-client";
import { afterEach, expect, it } from "vitest";
import { type MetricsListener, serveMetrics } from "./metrics.ts";

const open: MetricsListener[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function start(scrape?: () => void) {
  const registry = new Registry();
  const ticks = new Counter({ name: "ticks_total", help: "Ticks.", registers: [registry] });
  const listener = await serveMetrics(
    registry,
    { host: "127.0.0.1", port: 0 },
    scrape ?? (() => ticks.inc()),
  );
  open.push(listener);
  return { listener, url: `http://127.0.0.1:${listener.port}` };
}

it("answers /metrics in Prometheus' format, refreshed by each scrape", async () => {
  const { url } = await start();
  const first = await fetch(`${url}/metrics`);
  expect(first.headers.get("content-type")).toMatch(/^text\/plain; version=/);
  expect(await first.text()).toContain("ticks_total 1");
  expect(await (await fetch(`${url}/metrics`)).text()).toContain("ticks_total 2");
});

it.each([
  ["GET", "/", 404],
  ["GET", "/metricsx", 404],
  ["POST", "/metrics", 405],
])("has nothing for %s %s", async (method, path, status) => {
  const { url } = await start();
  expect((await fetch(url + path, { method })).status).toBe(status);
});

it("names the port that is taken, and the variable that moves it", async () => {
  const { listener } = await start();
  await expect(serveMetrics(new Registry(), { host: "127.0.0.1", port: listener.port })).rejects.toThrow(
    new RegExp(`port ${listener.port} on 127.0.0.1 is in use.*METRICS_PORT`),
  );
});
