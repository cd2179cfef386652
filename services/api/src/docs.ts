import { join } from "node:path";
import express, { type RequestHandler, Router } from "express";
import { ApiError } from "./errors.ts";

/** The built reference, or an error that says how to get it. */
export function createDocs(dir: string | undefined): RequestHandler {
  const router = Router();
  router.use((_request, response, next) => {
    response.locals["route"] = "/docs";
    next();
  });
  if (dir !== undefined) {
    // Names under assets/ hold a hash of the content; index.html names them, and is asked for each time.
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
  }
  router.use(() => {
    throw new ApiError(
      "not_found",
      `There is nothing here: DOCS_DIR ${dir === undefined ? "is not set" : "has no such file"}. Build the reference with npx vite build services/docs; /openapi.json is what it shows.`,
    );
  });
  return router;
}
