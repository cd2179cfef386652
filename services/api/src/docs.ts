import { type RequestHandler, Router } from "express";
import { ApiError } from "./errors.ts";
import { serveBuilt } from "./static.ts";

/** The built reference, or an error that says how to get it. */
export function createDocs(dir: string | undefined): RequestHandler {
  const router = Router();
  router.use((_request, response, next) => {
    response.locals["route"] = "/docs";
    next();
  });
  if (dir !== undefined) router.use(serveBuilt(dir));
  router.use(() => {
    throw new ApiError(
      "not_found",
      `There is nothing here: DOCS_DIR ${dir === undefined ? "is not set" : "has no such file"}. Build the reference with npx vite build services/docs; /openapi.json is what it shows.`,
    );
  });
  return router;
}
