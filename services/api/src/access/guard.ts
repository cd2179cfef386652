import { type Request, type RequestHandler, type Response, Router } from "express";
import { ipKeyGenerator, type RateLimitInfo, rateLimit } from "express-rate-limit";
import { ApiError } from "../errors.ts";
import { answerAtOnce } from "../problem.ts";
import { type ApiKey, nameOfKey } from "./apiKeys.ts";

export interface GuardArgs {
  /** Undefined lets everyone in. */
  readonly apiKeys: readonly ApiKey[] | undefined;
  /** Requests a minute of one key, or of one address without a key; 0 for no limit. */
  readonly requestsPerMinute: number;
  /** Told of each request that is refused for the limit; `first` of its client in this window. */
  readonly onRefused?: (refused: {
    readonly who: string;
    readonly path: string;
    readonly first: boolean;
  }) => void;
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

/** What stands before data routes: who asks, how often, and whether they may. */
export interface Guard {
  /**
   * Counts and refuses before anything else is done for a request: what is refused by the thousand must cost little.
   * Wrong keys are counted too, by address.
   */
  readonly limit: RequestHandler;
  /** Lets in who has a key, once counted, however the request came here. */
  readonly key: RequestHandler;
}

export function createGuard({ apiKeys, requestsPerMinute, onRefused }: GuardArgs): Guard {
  const limit = requestsPerMinute > 0 ? limitRequests(requestsPerMinute, onRefused) : letIn;
  const count: RequestHandler = (request, response, next) => {
    if (response.locals["counted"] === true) return next();
    response.locals["counted"] = true;
    if (apiKeys !== undefined) response.locals["apiKey"] = nameOfKey(apiKeys, sentKey(request) ?? "");
    return limit(request, response, next);
  };
  const key = Router();
  key.use(count);
  if (apiKeys !== undefined) key.use(demandKey);
  return { limit: count, key };
}

const letIn: RequestHandler = (_request, _response, next) => next();

/** Name of the key that a request came with; for the log. */
export const keyNameOf = (response: Response): string | undefined => {
  const name: unknown = response.locals["apiKey"];
  return typeof name === "string" ? name : undefined;
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
function limitRequests(requestsPerMinute: number, onRefused: GuardArgs["onRefused"]): RequestHandler {
  const { limit, seconds } = windowOf(requestsPerMinute);
  const accepted = `${requestsPerMinute} requests a minute`;
  const spread = seconds === 60 ? accepted : `${accepted}, no more than ${limit} within ${seconds} s,`;
  return rateLimit({
    windowMs: seconds * 1_000,
    limit,
    standardHeaders: "draft-7",
    legacyHeaders: false,
    requestPropertyName: "limited",
    keyGenerator: clientOf,
    handler(request, response) {
      const retryAfter = String(response.getHeader("Retry-After") ?? seconds);
      const name = keyNameOf(response);
      const who = name === undefined ? "one address without a key" : "one key";
      const detail = `Accepted: ${spread} of ${who}. Try again in ${retryAfter} s, or ask for more at once.`;
      const { used } = (request as Request & { limited: RateLimitInfo }).limited;
      onRefused?.({ who: clientOf(request, response), path: request.path, first: used === limit + 1 });
      answerAtOnce(
        request,
        response,
        new ApiError("rate_limited", detail, { headers: { "Retry-After": retryAfter } }),
      );
    },
    // A client may send any header; the library would write about it to the console.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
  });
}

/** Whose requests are counted together: `key desk`, `address 127.0.0.1`. */
function clientOf(request: Request, response: Response): string {
  const name = keyNameOf(response);
  return name === undefined ? `address ${ipKeyGenerator(request.ip ?? "")}` : `key ${name}`;
}

function sentKey(request: Request): string | undefined {
  return (
    request.get("x-api-key") ??
    /^Bearer +(?<key>\S+) *$/i.exec(request.get("authorization") ?? "")?.groups?.["key"]
  );
}
