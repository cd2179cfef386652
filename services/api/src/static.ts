import { join } from "node:path";
import express, { type RequestHandler, Router } from "express";

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tickhouse API</title></head>
<body>
<h1>Tickhouse API</h1>
<p>The API runs. It serves no dashboard: DASHBOARD_DIR REASON.</p>
<p>Build it with <code>npx vite build services/dashboard</code> and set DASHBOARD_DIR to <code>services/dashboard/dist</code>.</p>
<p>See <a href="openapi.json">openapi.json</a>, <a href="symbols">symbols</a>, <a href="health/ready">health/ready</a>, <a href="metrics">metrics</a>.</p>
</body>
</html>
`;

/** A page that Vite has built. Names under assets/ hold a hash of the content; the rest is asked for each time. */
export function serveBuilt(dir: string): RequestHandler {
  const router = Router();
  router.use(
    "/assets",
    express.static(join(dir, "assets"), { immutable: true, maxAge: "365d", index: false }),
  );
  router.use(
    express.static(dir, {
      cacheControl: false,
      setHeaders: (response) => response.set("Cache-Control", "no-cache"),
    }),
  );
  return router;
}

/** The built dashboard at `/`, or a page that says how to get it. */
export function createDashboard(dir: string | undefined): RequestHandler {
  const router = Router();
  router.use((_request, response, next) => {
    response.locals["route"] = "dashboard";
    next();
  });
  if (dir !== undefined) router.use(serveBuilt(dir));
  // Reached while there is no index.html, so that a dashboard built later shows up without a restart.
  const page = PAGE.replace("REASON", dir === undefined ? "is not set" : "has no index.html");
  router.get("/", (_request, response) => {
    response.set("Cache-Control", "no-store").type("html").send(page);
  });
  router.use((_request, response, next) => {
    response.locals["route"] = undefined;
    next();
  });
  return router;
}
