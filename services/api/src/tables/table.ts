import { createHash } from "node:crypto";
import type { Request, Response } from "express";
import { z } from "zod";
import { ApiError } from "../errors.ts";
import { type Route, type Services, signalOfClient } from "../routes/route.ts";
import { stats } from "../schemas.ts";
import { parseQuery } from "../validate.ts";
import { decodeCursor, encodeCursor, scopeOf } from "./cursor.ts";
import type { pageFields } from "./fields.ts";
import { chooseEncoding, chooseFormat, FORMATS, type FormatName } from "./formats.ts";
import type { Piece } from "./holdBack.ts";
import { type JsonFrame, jsonBody } from "./jsonBody.ts";
import { boundParams, type Order } from "./keyset.ts";
import { findPage, type Page, type PagedRows } from "./page.ts";
import { sendTable } from "./sendTable.ts";

/** What the page's own parameters become. */
interface PageQuery {
  readonly order: Order;
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly format?: FormatName | undefined;
}

type PageShape = z.ZodRawShape & typeof pageFields;

interface TableContext<Query> extends Services {
  readonly query: Query;
  readonly signal: AbortSignal;
  readonly requestId: string;
}

/** How a question is answered. */
export interface TablePlan {
  /** Members of the JSON answer before the rows. */
  readonly head: Readonly<Record<string, unknown>>;
  readonly paged: PagedRows;
  /** What the page's rows are told from others by, from a query that is cheaper than theirs. Without it there is no ETag. */
  fingerprint?(page: Page): Promise<string>;
  /** The answer will never be another one. */
  readonly immutable?: boolean;
}

interface TableArgs<Query extends z.ZodObject<PageShape>> {
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly query: Query;
  /** Name of the rows in JSON, and their columns in the order of the SQL. */
  readonly list: string;
  readonly row: z.ZodObject;
  /** Name of the JSON answer in OpenAPI, and its members before the rows. */
  readonly name: string;
  readonly head: z.ZodObject;
  /** Its plans have fingerprints. */
  readonly revalidated?: boolean;
  plan(context: TableContext<z.output<Query>>): TablePlan;
}

/**
 * Declares a GET route whose rows ClickHouse writes and Node does not parse: JSON, CSV, Arrow and Parquet, page by page.
 * `row` and `head` describe the answer in OpenAPI; the tests hold every answer against them.
 */
export function defineTable<Query extends z.ZodObject<PageShape>>(args: TableArgs<Query>): Route {
  const { path, summary, description, list, row, head, name, revalidated = false } = args;
  const next = z.string().nullable().meta({ description: "Cursor of the next page; null on the last one." });
  return {
    path,
    summary,
    description,
    access: "data",
    query: args.query,
    response: head.extend({ [list]: z.array(row), next, stats }).meta({ id: name }),
    table: { revalidated },
    respond: (request, response, services) => respond(args, request, response, services),
  };
}

async function respond<Query extends z.ZodObject<PageShape>>(
  args: TableArgs<Query>,
  request: Request,
  response: Response,
  services: Services,
): Promise<void> {
  const query = parseQuery(args.query, request.query);
  const { cursor, limit, format: asked, ...question } = query as PageQuery;
  response.vary("Accept");
  const format = chooseFormat(request, asked);
  refuseLongPage(format, limit);
  const options = { signal: signalOfClient(response), requestId: String(request.id) };
  const { head, paged, immutable = false, fingerprint } = args.plan({ ...services, ...options, query });
  const scope = scopeOf(args.path, question);
  const after = cursor === undefined ? undefined : decodeCursor(cursor, scope, paged.key);
  const etagOf = (text: string) => createETag([scope, format, String(limit), cursor ?? "", text]);

  if (immutable && isFresh(request, response, etagOf(""), IMMUTABLE)) return;
  const page = await findPage(services.warehouse, paged, after, limit, options);
  const caching: readonly [string, string] | undefined = immutable
    ? [etagOf(""), IMMUTABLE]
    : fingerprint && [etagOf(await fingerprint(page)), REVALIDATED];
  if (caching !== undefined && isFresh(request, response, ...caching)) return;

  const next = page.next === undefined ? null : encodeCursor(scope, page.next);
  const begin = (contentEncoding?: string) => {
    response.set("Content-Type", FORMATS[format].contentType);
    if (contentEncoding !== undefined) response.set("Content-Encoding", contentEncoding);
    if (next !== null) response.set("Link", linkTo(request, next));
    if (caching !== undefined) response.set({ ETag: caching[0], "Cache-Control": caching[1] });
  };
  if (request.method === "HEAD") {
    begin();
    response.end();
    return;
  }
  const answer = await services.warehouse.stream(
    { name: paged.name, sql: paged.rows(page.bounds) },
    { ...paged.params, ...boundParams(page.bounds) },
    {
      ...options,
      format: FORMATS[format].clickhouse,
      acceptEncoding: chooseEncoding(request, format, limit),
    },
  );
  const frame: JsonFrame = { head, list: args.list, next, stats: page.stats };
  await sendTable({
    response,
    answer,
    body: (pieces) => (format === "json" ? jsonBody(pieces, frame) : bytesOf(pieces)),
    begin: () => begin(answer.contentEncoding),
  });
}

async function* bytesOf(pieces: AsyncIterable<Piece>): AsyncGenerator<Buffer, void, undefined> {
  for await (const { bytes } of pieces) yield bytes;
}

function refuseLongPage(format: FormatName, limit: number): void {
  const { maxRows } = FORMATS[format];
  if (limit <= maxRows) return;
  const accepted = `at most ${maxRows} in ${format}; more in csv, arrow or parquet`;
  throw new ApiError("wrong_request", `limit = ${limit}; accepted: ${accepted}`, {
    errors: [{ parameter: "limit", value: String(limit), accepted }],
  });
}

/** Kept by the client alone, and asked about each time: a bar may be corrected at any moment. */
const REVALIDATED = "private, no-cache";
const IMMUTABLE = "private, max-age=31536000, immutable";

/** Weak: the same rows may be compressed or not, and their `stats` differ. */
const createETag = (parts: readonly string[]): string =>
  `W/"${createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22)}"`;

/**
 * Answers 304 when the client has this state already. Express's `request.fresh` would not: a client that sets
 * If-None-Match by itself through `fetch` sends `Cache-Control: no-cache` with it.
 */
function isFresh(request: Request, response: Response, etag: string, cacheControl: string): boolean {
  const known = (request.get("If-None-Match") ?? "").split(",").map((tag) => tag.trim());
  if (!known.includes(etag) && !known.includes("*")) return false;
  response.set({ ETag: etag, "Cache-Control": cacheControl }).status(304).end();
  return true;
}

/** The same question with another cursor. */
function linkTo(request: Request, cursor: string): string {
  const params = new URLSearchParams(request.query as Record<string, string>);
  params.set("cursor", cursor);
  return `<${request.baseUrl}${request.path}?${params}>; rel="next"`;
}
