import type { RequestHandler, Router } from "express";
import { z } from "zod";
import { ApiError } from "../errors.ts";
import { ACCEPTED_EVENT_ID, eventId, streamQuery } from "../stream/schemas.ts";
import type { Streams } from "../stream/streams.ts";
import { createSubscription } from "../stream/subscription.ts";
import { parseQuery } from "../validate.ts";
import { type Route, refuseMethod } from "./route.ts";

/** What OpenAPI tells of the route; its answer is no JSON and has no end. */
export const streamDescription: Omit<Route, "respond"> = {
  path: "/stream",
  access: "data",
  summary: "Ticks and bars as they come, as server-sent events",
  description:
    "Events `tick` (StreamTick), `bar` (StreamBar), and `end` (StreamEnd) before the server closes; a comment every 15 s when there is nothing else. " +
    "Each event has an id; a client that connects again with it as Last-Event-ID gets everything after it, each event once, " +
    "from any instance of the API. A client that does not take what it is sent gets `end` with `too_slow`.",
  query: streamQuery,
  response: z
    .string()
    .meta({ description: "https://html.spec.whatwg.org/multipage/server-sent-events.html" }),
};

export function mountStream(router: Router, streams: Streams, guard: RequestHandler): void {
  const name: RequestHandler = (_request, response, next) => {
    response.locals["route"] = streamDescription.path;
    next();
  };
  const answer: RequestHandler = async (request, response) => {
    const query = parseQuery(streamQuery, request.query);
    const cursor = cursorOfHeader(request.get("last-event-id")) ?? query.lastEventId;
    if (request.method === "HEAD") {
      response.set("Cache-Control", "no-store").type("text/event-stream").end();
      return;
    }
    const left = new AbortController();
    response.once("close", () => left.abort());
    await streams.accept(
      {
        subscription: createSubscription({ ...query, symbols: query.symbol }),
        cursor,
        requestId: String(request.id),
        signal: left.signal,
      },
      response,
    );
  };
  router.route(streamDescription.path).all(name).get(guard, answer).all(refuseMethod);
}

/** A browser sends the header when it connects again, beside the URL that it was given first. */
function cursorOfHeader(header: string | undefined) {
  if (header === undefined || header === "") return undefined;
  const parsed = eventId.safeParse(header);
  if (parsed.success) return parsed.data;
  const error = { parameter: "Last-Event-ID", value: header, accepted: ACCEPTED_EVENT_ID };
  throw new ApiError(
    "wrong_request",
    `Last-Event-ID = ${JSON.stringify(header)}; accepted: ${ACCEPTED_EVENT_ID}`,
    {
      errors: [error],
    },
  );
}
