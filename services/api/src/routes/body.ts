import express, { type RequestHandler } from "express";
import { ApiError } from "../errors.ts";

/** The longest body that is read. */
export const MAX_BODY_BYTES = 262_144;

const parse = express.json({ limit: MAX_BODY_BYTES, strict: false });

const TOO_LARGE = `The body is too large; accepted: ${MAX_BODY_BYTES} bytes.`;

/** Reads a body of type `application/json`: what a foreign page's form can't send. */
export const readJson: RequestHandler = (request, response, next) => {
  if (request.is("application/json") === false || request.get("content-type") === undefined)
    throw new ApiError(
      "unsupported_media_type",
      `The body is of type ${JSON.stringify(request.get("content-type") ?? "")}; accepted: application/json.`,
    );
  parse(request, response, (error?: unknown) => next(error === undefined ? undefined : toApiError(error)));
};

/** What the parser refuses, by the types that it documents. */
function toApiError(cause: unknown): unknown {
  const { type, status } = cause as { type?: string; status?: number };
  if (type === "entity.too.large") return new ApiError("body_too_large", TOO_LARGE, { cause });
  if (status === 415)
    return new ApiError(
      "unsupported_media_type",
      "The body's encoding is unknown; accepted: UTF-8, or gzip.",
      {
        cause,
      },
    );
  if (status === 400)
    return new ApiError("wrong_request", "body can't be read as JSON; accepted: one JSON object", {
      cause,
      errors: [{ parameter: "body", accepted: "one JSON object" }],
    });
  return cause;
}
