import type { Request, RequestHandler, Response, Router } from "express";
import type { z } from "zod";
import type { Auditor } from "../audit/auditor.ts";
import type { Warehouse } from "../clickhouse/query.ts";
import { ApiError } from "../errors.ts";
import { parseQuery } from "../validate.ts";

/** What the process is doing; `draining` from the first signal to stop until the end. */
export interface Lifecycle {
  draining: boolean;
}

/** What a handler may use. */
export interface Services {
  readonly warehouse: Warehouse;
  readonly lifecycle: Lifecycle;
  /** How long after its end a bar may still change, in seconds. */
  readonly latenessSeconds: number;
  /** Absent where the API was not told of Kafka. */
  readonly auditor?: Auditor | undefined;
}

export interface RouteContext<Query> extends Services {
  readonly query: Query;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly requestId: string;
}

/** `data` routes ask for the API key when there is one. */
export type Access = "data" | "open";

interface RouteArgs<Query extends z.ZodObject, Body extends z.ZodType> {
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly description?: string;
  readonly query: Query;
  readonly response: Body;
  handle(context: RouteContext<z.output<Query>>): Promise<z.input<Body>>;
}

/** A GET route as the app mounts it and OpenAPI describes it. */
export interface Route extends Omit<RouteArgs<z.ZodObject, z.ZodType>, "handle"> {
  /** A table: answered in every format, page by page. `revalidated` where it has an ETag. */
  readonly table?: { readonly revalidated: boolean };
  /** Validates the request and answers it. */
  respond(request: Request, response: Response, services: Services): Promise<void>;
}

/** Declares a GET route: its schemas validate the request, type the handler, and describe both in OpenAPI. */
export function defineRoute<Query extends z.ZodObject, Body extends z.ZodType>(
  args: RouteArgs<Query, Body>,
): Route {
  const { handle, ...description } = args;
  return {
    ...description,
    async respond(request, response, services) {
      const query = parseQuery(args.query, request.query);
      const context = { ...services, signal: signalOfClient(response), requestId: String(request.id) };
      response.json(await handle({ ...context, query }));
    },
  };
}

/** Mounts a route with its guard; other methods of its path get 405. */
export function mountRoute(router: Router, route: Route, services: Services, guard: RequestHandler): void {
  const name: RequestHandler = (_request, response, next) => {
    response.locals["route"] = route.path;
    next();
  };
  const answer: RequestHandler = async (request, response) => {
    response.set("Cache-Control", "no-store");
    await route.respond(request, response, services);
  };
  const open: RequestHandler = (_request, _response, next) => next();
  router
    .route(route.path)
    .all(name)
    .get(route.access === "data" ? guard : open, answer)
    .all(refuseMethod);
}

/** For paths that answer GET only. */
export const refuseMethod: RequestHandler = (request) => {
  throw new ApiError("method_not_allowed", `${request.method} is not accepted here; accepted: GET, HEAD`, {
    headers: { Allow: "GET, HEAD" },
  });
};

/** Aborts when the connection closes before the answer is out. */
export function signalOfClient(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
