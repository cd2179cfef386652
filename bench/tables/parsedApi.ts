import express from "express";
import { createWarehouse } from "../../services/api/src/clickhouse/warehouse.ts";
import { loadConfig } from "../../services/api/src/config.ts";
import { createMetrics } from "../../services/api/src/metrics.ts";
import { dedupTicks } from "../../services/api/src/queries/ticks.ts";
import { listen } from "../../services/api/src/server.ts";
import { parseInstant } from "../../services/api/src/time.ts";
import { serveMetrics } from "../../services/common/src/index.ts";

// The other side of the comparison, as a process of its own: the same query by the same client, its rows parsed in Node
// and written as JSON again, which is what a route without streaming does.

const config = loadConfig(process.env);
const metrics = createMetrics();
const warehouse = createWarehouse(config.clickhouse);
const app = express();
app.get("/ticks", async (request, response) => {
  const of = (name: string) => String(request.query[name]);
  const paged = dedupTicks({
    symbol: of("symbol"),
    type: "trade",
    from: parseInstant(of("from")),
    to: parseInstant(of("to")),
    order: "asc",
  });
  const query = { name: "ticks", sql: paged.rows({}) };
  const signal = new AbortController().signal;
  const { rows, stats } = await warehouse.query(query, paged.params, { signal, requestId: "bench" });
  response.json({ symbol: of("symbol"), ticks: rows, next: null, stats });
});
await serveMetrics(metrics.registry, { host: config.metrics.host, port: config.metrics.port ?? 0 });
await listen(app, config.host, config.port);
