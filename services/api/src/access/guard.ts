import { type Request, type RequestHandler, type Response, Router } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import { ApiError } from "../errors.ts";
import { type ApiKey, nameOfKey } from "./apiKeys.ts";

export interface GuardArgs {
  /** Undefined lets everyone in. */
  readonly apiKeys: readonly ApiKey[] | undefined;
  /** Requests a minute of one key, or of one address without a key; 0 for no limit. */
  readonly requestsPerMinute: number;
}

/** So many may come at once. What a minute allows beyond is counted in shorter windows, so that it can't come at once. */
const BURST = 100;

/**
 * Windows in which a limit is kept: a minute's worth in the first seconds of each minute would keep everybody else waiting
 * for a ClickHouse that works it off. Pure.
 */
export function windowOf(requestsPerMinute: number): { readonly limit: number; readonly seconds: number } {
  const seconds = Math.min(60, Math.max(1, Math.floor((60 * BURST) / requestsPerMinute)));
  return { limit: Math.max(1, Math.floor((requestsPerMinute * seconds) / 60)), seconds };
}

/**
 * What stands before every data route: who asks, how often, and whether they may. In this order, so that wrong keys are
 * counted too, by address.
 */
export function createGuard({ apiKeys, requestsPerMinute }: GuardArgs): RequestHandler {
  const router = Router();
  if (apiKeys !== undefined) router.use(identify(apiKeys));
  if (requestsPerMinute > 0) router.use(limitRequests(requestsPerMinute));
  if (apiKeys !== undefined) router.use(demandKey);
  return router;
}

/** Name of the key that a request came with; for the log. */
export const keyNameOf = (response: Response): string | undefined => {
  const name: unknown = response.locals["apiKey"];
  return typeof name === "string" ? name : undefined;
};

const identify =
  (apiKeys: readonly ApiKey[]): RequestHandler =>
  (request, response, next) => {
    response.locals["apiKey"] = nameOfKey(apiKeys, sentKey(request) ?? "");
    next();
  };

const demandKey: RequestHandler = (_request, response, next) => {
  if (keyNameOf(response) !== undefined) return next();
  next(
    new ApiError("unauthorized", "Send the API key as X-API-Key or as Authorization: Bearer.", {
      headers: { "WWW-Authenticate": 'Bearer realm="tickhouse"' },
    }),
  );
};

/** Counts in the memory of this process. Behind a proxy an address is the proxy's: give each client a key. */
function limitRequests(requestsPerMinute: number): RequestHandler {
  const { limit, seconds } = windowOf(requestsPerMinute);
  const accepted = `${requestsPerMinute} requests a minute`;
  const spread = seconds === 60 ? accepted : `${accepted}, no more than ${limit} within ${seconds} s,`;
  return rateLimit({
    windowMs: seconds * 1_000,
    limit,
    standardHeaders: "draft-7",
    legacyHeaders: false,
    keyGenerator(request, response) {
      const name = keyNameOf(response);
      return name === undefined ? `address ${ipKeyGenerator(request.ip ?? "")}` : `key ${name}`;
    },
    handler(_request, response, next) {
      const retryAfter = String(response.getHeader("Retry-After") ?? seconds);
      const who = keyNameOf(response) === undefined ? "one address without a key" : "one key";
      next(
        new ApiError(
          "rate_limited",
          `Accepted: ${spread} of ${who}. Try again in ${retryAfter} s, or ask for more at once.`,
          { headers: { "Retry-After": retryAfter } },
        ),
      );
    },
    // A client may send any header; the library would write about it to the console.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
  });
}

function sentKey(request: Request): string | undefined {
  return (
    request.get("x-api-key") ??
    /^Bearer +(?<key>\S+) *$/i.exec(request.get("authorization") ?? "")?.groups?.["key"]
  );
}
