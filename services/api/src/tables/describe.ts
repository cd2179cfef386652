import type { Route } from "../routes/route.ts";
import { FORMAT_NAMES, FORMATS, type FormatName } from "./formats.ts";

type Json = Readonly<Record<string, unknown>>;

const header = (description: string, schema: Json = { type: "string" }, required = false): Json => ({
  description,
  required,
  schema,
});

const ETAG = header(
  "State of the answer, to ask with If-None-Match.",
  { type: "string", pattern: '^W/"' },
  true,
);
const CACHE_CONTROL = header("How long the answer may be kept.", { type: "string" }, true);
const VARY = header(
  "Accept, and Accept-Encoding where the answer may be compressed.",
  { type: "string" },
  true,
);
const LINK = header('The next page: `</ticks?…>; rel="next"`; none on the last one.');
const CONTENT_ENCODING = header(
  "JSON: br, gzip or deflate. CSV: zstd or gzip. Arrow and Parquet compress inside.",
  {
    type: "string",
    enum: ["br", "gzip", "deflate", "zstd"],
  },
);

export const IF_NONE_MATCH: Json = {
  name: "If-None-Match",
  in: "header",
  required: false,
  description: "ETag of an earlier answer; 304 where it is still the answer.",
  schema: { type: "string" },
};

/** What a table answers when nothing is wrong, as OpenAPI describes it. */
export function tableAnswers(json: Json, { revalidated }: NonNullable<Route["table"]>): Json {
  const schemas: Readonly<Record<FormatName, Json>> = {
    json,
    csv: { type: "string", description: "RFC 4180 with a header line; NULL is nothing between the commas." },
    arrow: { type: "string", format: "binary", description: "Arrow IPC stream, zstd inside." },
    parquet: { type: "string", format: "binary", description: "Parquet, zstd inside." },
  };
  return {
    "200": {
      description: "A page of rows",
      headers: {
        Link: LINK,
        Vary: VARY,
        "Cache-Control": CACHE_CONTROL,
        "Content-Encoding": CONTENT_ENCODING,
        ...(revalidated && { ETag: ETAG }),
      },
      content: Object.fromEntries(
        FORMAT_NAMES.map((name) => [FORMATS[name].mediaType, { schema: schemas[name] }]),
      ),
    },
    ...(revalidated && {
      "304": {
        description: "The client has this answer already",
        headers: { ETag: ETAG, "Cache-Control": CACHE_CONTROL, Vary: VARY },
      },
    }),
  };
}
