import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "@tickhouse/common";
import type { RequestHandler, Response } from "express";
import { pinoHttp } from "pino-http";
import { keyNameOf } from "./access/guard.ts";
import { requestIdOf } from "./requestId.ts";

/** Asked every few seconds by machines; their lines would drown the others. */
const QUIET = /^\/(?:health\/|metrics)/;

/**
 * One line a request when its answer has ended: id, method, URL, route, status, ms, bytes as they went over the wire,
 * and the name of the API key. Headers stay out of it: they hold keys. What the limit of requests refuses does not get here.
 */
export function createAccessLog(logger: Logger): RequestHandler {
  const log = pinoHttp({
    logger,
    genReqId(request, response) {
      const id = requestIdOf(request);
      response.setHeader("X-Request-Id", id);
      return id;
    },
    serializers: {
      req: ({ id, method, url }) => ({ id, method, url }),
      res: ({ statusCode }) => ({ statusCode }),
    },
    customAttributeKeys: { responseTime: "ms" },
    customSuccessObject: (_request, response, entry) => ({ ...entry, ...access(response) }),
    customErrorObject: (_request, response, _error, entry) => ({ ...entry, ...access(response) }),
    customLogLevel(request, response) {
      if (response.statusCode >= 500) return "warn";
      return QUIET.test(request.url ?? "") ? "debug" : "info";
    },
  });
  return (request, response, next) => {
    // A kept-alive connection has carried other answers before this one.
    response.locals["bytesBefore"] = request.socket.bytesWritten;
    log(request, response, next);
  };
}

function access(response: ServerResponse<IncomingMessage>): Readonly<Record<string, unknown>> {
  const { locals, req } = response as Response;
  return {
    route: locals["route"],
    key: keyNameOf(response as Response),
    bytes: req.socket.bytesWritten - Number(locals["bytesBefore"] ?? 0),
  };
}
