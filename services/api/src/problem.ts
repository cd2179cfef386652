import type { ErrorRequestHandler, Request, Response } from "express";
import { z } from "zod";
import { ApiError, ERRORS } from "./errors.ts";
import { requestIdOf } from "./requestId.ts";

/** Seconds after which a client may try again what failed for a passing reason. */
const RETRY_AFTER_SECONDS = 2;

/** RFC 9457 problem details, with this API's own members after the standard five. */
export const problemSchema = z
  .object({
    type: z.string().meta({
      description: "Stable name of the kind of problem.",
      examples: ["urn:tickhouse:problem:wrong_request"],
    }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "What failed, the value, and what is accepted." }),
    instance: z.string().meta({ description: "Path of the request." }),
    code: z.string().meta({ description: "The last part of `type`, for programs." }),
    requestId: z.string().meta({ description: "Same as the X-Request-Id header and the log lines." }),
    errors: z
      .array(z.object({ parameter: z.string(), value: z.unknown().optional(), accepted: z.string() }))
      .optional()
      .meta({ description: "Every wrong parameter, when the request is wrong." }),
  })
  .meta({ id: "Problem", title: "Problem" });

export type Problem = z.infer<typeof problemSchema>;

/** Builds the problem document of an error. Pure. */
export function createProblem(error: ApiError, path: string, requestId: string): Problem {
  return {
    type: `urn:tickhouse:problem:${error.code}`,
    title: ERRORS[error.code].title,
    status: error.status,
    detail: error.detail,
    instance: path,
    code: error.code,
    requestId,
    ...(error.errors.length > 0 && { errors: error.errors.map((entry) => ({ ...entry })) }),
  };
}

/** Turns whatever was thrown into an ApiError; the text of an unexpected one never reaches the client. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  // Express marks what it refuses itself, such as a malformed percent-encoding in the path.
  const status = thrown instanceof Error && "status" in thrown ? thrown.status : undefined;
  if (typeof status === "number" && status >= 400 && status < 500) {
    return status === 404
      ? new ApiError("not_found", "There is nothing at this path.", { cause: thrown })
      : new ApiError("wrong_request", "The request's path can't be read.", { cause: thrown });
  }
  return new ApiError("internal", "An unexpected error; the log line with this request id has its cause.", {
    cause: thrown,
  });
}

/** Answers with the problem, or drops the connection when an answer has begun already. */
function sendProblem(response: Response, error: ApiError, path: string, requestId: string): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (error.canRetry) response.set("Retry-After", String(RETRY_AFTER_SECONDS));
  response
    .status(error.status)
    .set(error.headers)
    .set("Cache-Control", "no-store")
    .type("application/problem+json")
    .send(JSON.stringify(createProblem(error, path, requestId)));
}

/**
 * Answers with the problem and the least of headers, for a request that nothing else was done for yet: no log, no time
 * taken, no compression.
 */
export function answerAtOnce(request: Request, response: Response, error: ApiError): void {
  const requestId = requestIdOf(request);
  response
    .writeHead(error.status, {
      ...error.headers,
      "Content-Type": "application/problem+json; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      "Content-Security-Policy": "default-src 'none'",
      "X-Request-Id": requestId,
    })
    .end(JSON.stringify(createProblem(error, request.path, requestId)));
}

/** The app's last handler: every error becomes a problem, and those of the server a log line with their cause. */
export const problemHandler: ErrorRequestHandler = (thrown, request, response, _next) => {
  const error = toApiError(thrown);
  if (error.status >= 500) request.log.error({ err: error, code: error.code }, error.detail);
  sendProblem(response, error, request.path, String(request.id));
};
