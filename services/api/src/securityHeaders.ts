import { isIP } from "node:net";
import type { RequestHandler } from "express";
import helmet from "helmet";

/** A year: browsers come back by HTTPS alone. */
const HSTS_SECONDS = 31_536_000;

/**
 * The page may load from this host only. Over TLS a browser is told to come back by nothing else; not on plain HTTP, and not
 * where the host is `localhost`, whose other ports that would shut too.
 * @param secure whether the API itself serves TLS
 */
export function securityHeaders(secure: boolean): RequestHandler {
  const plain = headers(false);
  if (!secure) return plain;
  const strict = headers({ maxAge: HSTS_SECONDS, includeSubDomains: false });
  return (request, response, next) => (isOwnName(request.hostname) ? strict : plain)(request, response, next);
}

const isOwnName = (host: string | undefined): boolean =>
  host !== undefined && host !== "localhost" && isIP(host.replace(/^\[|\]$/g, "")) === 0;

function headers(strictTransportSecurity: false | { maxAge: number; includeSubDomains: boolean }) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity,
  });
}
