import type { Request, RequestHandler, Response, Router } from "express";
import type { z } from "zod";
import type { Auditor } from "../audit/auditor.ts";
import type { Warehouse } from "../clickhouse/query.ts";
import type { Replayer } from "../deadLetters/replayer.ts";
import { ApiError, type ErrorCode } from "../errors.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { parseBody, parseQuery } from "../validate.ts";
import { readJson } from "./body.ts";

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
  readonly pipeline: Pipeline;
  /** The topic of the ticks; absent where the API was not told of Kafka. */
  readonly topic?: string | undefined;
  /** Absent where dead letters are not to be sent again through the API. */
  readonly replayer?: Replayer | undefined;
}

export interface RouteContext<Query, Sent = undefined> extends Services {
  readonly query: Query;
  /** What was sent with a POST. */
  readonly body: Sent;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly requestId: string;
}

/** `data` routes ask for the API key when there is one. */
export type Access = "data" | "open";

interface RouteArgs<
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Sent extends z.ZodObject | undefined = z.ZodObject | undefined,
> {
  /** As OpenAPI writes it: `/dead-letters/{partition}`. What stands in braces is a field of `query`. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly description?: string;
  readonly query: Query;
  /** A route with a body answers POST, and no other; without one GET. */
  readonly body?: Sent;
  readonly response: Body;
  /** What it may refuse with besides what every route may. */
  readonly errors?: readonly ErrorCode[];
  handle(
    context: RouteContext<z.output<Query>, Sent extends z.ZodObject ? z.output<Sent> : undefined>,
  ): Promise<z.input<Body>>;
}

/** What a client sent. */
export interface RawRequest {
  /** The query string's parameters, and the path's. */
  readonly query: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** A route as the app mounts it and OpenAPI describes it. */
export interface Route extends Omit<RouteArgs<z.ZodObject, z.ZodType>, "handle"> {
  /** A table: answered in every format, page by page. `revalidated` where it has an ETag. */
  readonly table?: { readonly revalidated: boolean };
  /** Validates what was sent and answers. */
  respond(request: Request, response: Response, services: Services): Promise<void>;
}

/** Declares a route: its schemas validate the request, type the handler, and describe both in OpenAPI. */
export function defineRoute<
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Sent extends z.ZodObject | undefined = undefined,
>(args: RouteArgs<Query, Body, Sent>): Route {
  const { handle, ...description } = args;
  const { query, body } = description;
  type Read = Parameters<typeof handle>[0]["body"];
  return {
    ...description,
    async respond(request, response, services) {
      const context = { ...services, signal: signalOfClient(response), requestId: String(request.id) };
      const answer = await handle({
        ...context,
        query: parseQuery(query, { ...request.query, ...request.params }),
        body: (body === undefined ? undefined : parseBody(body, request.body as unknown)) as Read,
      });
      response.json(answer);
    },
  };
}

/** Who may use a route: whoever has the key, and for one that changes something, only from the API's own page. */
export interface Guards {
  readonly key: RequestHandler;
  readonly ownSite: RequestHandler;
}

/** Mounts a route with its guards; other methods of its path get 405. */
export function mountRoute(router: Router, route: Route, services: Services, guards: Guards): void {
  const name: RequestHandler = (_request, response, next) => {
    response.locals["route"] = route.path;
    next();
  };
  const answer: RequestHandler = async (request, response) => {
    response.set("Cache-Control", "no-store");
    await route.respond(request, response, services);
  };
  const open: RequestHandler = (_request, _response, next) => next();
  const key = route.access === "data" ? guards.key : open;
  const mounted = router.route(route.path.replace(/\{(\w+)\}/g, ":$1")).all(name);
  if (route.body === undefined) mounted.get(key, answer).all(refuseMethod);
  else mounted.post(key, guards.ownSite, readJson, answer).all(refuseAllBut("POST"));
}

const refuseAllBut =
  (accepted: string): RequestHandler =>
  (request) => {
    throw new ApiError(
      "method_not_allowed",
      `${request.method} is not accepted here; accepted: ${accepted}`,
      {
        headers: { Allow: accepted },
      },
    );
  };

/** For paths that answer GET only. */
export const refuseMethod = refuseAllBut("GET, HEAD");

/**
 * How long a query may still run when its client has left. Of a query over several nodes that is cut off, the connection
 * between two of them breaks, which may end an embedded engine of version 26.7 ("Connection reset by peer" in TCPHandler,
 * which nothing catches). So those that end by themselves may: nearly all, but on a machine with more work than it can do.
 */
const LEAVE_GRACE_MS = 15_000;

/** Aborts some time after the connection has closed before the answer was out. */
export function signalOfClient(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) setTimeout(() => controller.abort(), LEAVE_GRACE_MS).unref();
  });
  return controller.signal;
}
