import type { Request, RequestHandler } from "express";
import { ApiError } from "./errors.ts";

/**
 * For routes that change something. Where a key is needed, whoever sends it is trusted: a foreign page has none. Where none
 * is, the API is meant for this machine, and a browser on it may be on any page. So what says that it comes from another
 * site is refused (`Sec-Fetch-Site`, `Origin`), and so is a host name that is not loopback's: a foreign page whose name
 * was pointed here (DNS rebinding) is of the same origin as the API, under that name. What a browser does not send at all
 * comes from a program, which may.
 */
export function requireOwnSite(keyNeeded: boolean): RequestHandler {
  return (request, _response, next) => {
    const problem = keyNeeded ? undefined : foreign(request);
    if (problem !== undefined) throw new ApiError("forbidden", problem);
    next();
  };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

function foreign(request: Request): string | undefined {
  const host = request.get("host") ?? "";
  const site = request.get("sec-fetch-site");
  const origin = request.get("origin");
  if (!LOOPBACK.test(host))
    return "The request names another host than this machine; accepted without an API key: localhost or a loopback address.";
  if (site !== undefined && site !== "same-origin")
    return "The request comes from another site; accepted: one of the API's own page, or of a program.";
  if (origin !== undefined && hostOf(origin) !== host.toLowerCase())
    return "The request comes from another origin; accepted: one of the API's own page, or of a program.";
  return undefined;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
