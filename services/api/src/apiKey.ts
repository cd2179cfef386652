import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler } from "express";
import { ApiError } from "./errors.ts";

/** Lets everyone in when there is no key, else those who send it as `X-API-Key` or `Authorization: Bearer`. */
export function requireApiKey(key: string | undefined): RequestHandler {
  if (key === undefined) return (_request, _response, next) => next();
  const expected = digest(key);
  return (request, _response, next) => {
    // Digests have one length, so the comparison takes the same time for any key that is sent.
    if (timingSafeEqual(digest(sentKey(request) ?? ""), expected)) return next();
    next(
      new ApiError("unauthorized", "Send the API key as X-API-Key or as Authorization: Bearer.", {
        headers: { "WWW-Authenticate": 'Bearer realm="tickhouse"' },
      }),
    );
  };
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function sentKey(request: Request): string | undefined {
  return (
    request.get("x-api-key") ??
    /^Bearer +(?<key>\S+) *$/i.exec(request.get("authorization") ?? "")?.groups?.["key"]
  );
}
