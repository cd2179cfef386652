import { z } from "zod";
import { ERRORS } from "./errors.ts";
import { problemSchema } from "./problem.ts";
import type { Route } from "./routes/route.ts";
import { streamDescription } from "./routes/stream.ts";
import { streamBar, streamEnd, streamTick } from "./stream/schemas.ts";
import { IF_NONE_MATCH, tableAnswers } from "./tables/describe.ts";

type Json = Readonly<Record<string, unknown>>;

/** What of a route is told. */
type Described = Omit<Route, "respond">;

/** The OpenAPI 3.1 document of the routes, from the schemas that validate them. Pure. */
export function createOpenApi(routes: readonly Route[], options: { readonly keyNeeded: boolean }): Json {
  const components: Record<string, Json> = {};
  const problem = refer(problemSchema, components);
  const paths = Object.fromEntries(
    routes.map((route) => [
      route.path,
      {
        [route.body === undefined ? "get" : "post"]: operation(
          route,
          {
            response: refer(route.response, components),
            ...(route.body !== undefined && { body: refer(route.body, components) }),
            problem,
          },
          options.keyNeeded,
        ),
      },
    ]),
  );
  return {
    openapi: "3.1.0",
    info: {
      title: "Tickhouse",
      version: "0.1.0",
      description: "Bars and counts over a real-time tick warehouse. Errors are RFC 9457 problems.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths: {
      ...paths,
      [streamDescription.path]: { get: streamOperation(problem, components, options.keyNeeded) },
    },
    components: {
      schemas: components,
      ...(options.keyNeeded && {
        securitySchemes: {
          apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
          bearer: { type: "http", scheme: "bearer" },
        },
      }),
    },
  };
}

interface Schemas {
  readonly response: Json;
  readonly body?: Json;
  readonly problem: Json;
}

function operation(route: Described, { response, body, problem }: Schemas, keyNeeded: boolean): Json {
  const guarded = keyNeeded && route.access === "data";
  return {
    operationId: route.path
      .slice(1)
      .replace(/[{}]/g, "")
      .replace(/[/_-](\w)/g, (_match, letter: string) => letter.toUpperCase()),
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    ...(guarded && { security: [{ apiKey: [] }, { bearer: [] }] }),
    parameters: [
      ...parameters(route.query, route.path),
      ...(route.table?.revalidated ? [IF_NONE_MATCH] : []),
    ],
    ...(body !== undefined && {
      requestBody: { required: true, content: { "application/json": { schema: body } } },
    }),
    responses: {
      ...(route.table
        ? tableAnswers(response, route.table)
        : { "200": { description: "OK", content: { "application/json": { schema: response } } } }),
      ...Object.fromEntries(
        problemStatuses(route, guarded).map((status) => [
          status,
          { description: titles(status), content: { "application/problem+json": { schema: problem } } },
        ]),
      ),
    },
  };
}

/** The stream's answer is text; the JSON in its events has schemas of its own. */
function streamOperation(problem: Json, components: Record<string, Json>, keyNeeded: boolean): Json {
  for (const schema of [streamTick, streamBar, streamEnd]) refer(schema, components);
  const { responses, ...rest } = operation(streamDescription, { response: {}, problem }, keyNeeded);
  const text = { "text/event-stream": { schema: refer(streamDescription.response, components) } };
  return { ...rest, responses: { ...(responses as Json), "200": { description: "OK", content: text } } };
}

/** Statuses that a route may answer with besides 200. */
function problemStatuses(route: Described, guarded: boolean): number[] {
  const own = (route.errors ?? []).map((code) => ERRORS[code].status);
  const ofBody = route.body === undefined ? [] : [403, 413, 415];
  const ofTable = route.table === undefined ? [] : [406];
  const ofData = route.access === "data" ? [400, 422, 429] : [];
  const statuses = [...ofData, ...(guarded ? [401] : []), ...ofBody, ...ofTable, ...own, 500, 503, 504];
  return [...new Set(statuses)].sort((a, b) => a - b);
}

const titles = (status: number): string =>
  Object.values(ERRORS)
    .filter((error) => error.status === status)
    .map((error) => error.title)
    .join(", ");

/** Each property of the query's schema as a parameter; its description moves up, where readers look for it. */
function parameters(query: z.ZodObject, path: string): Json[] {
  const { properties = {}, required = [] } = toSchema(query) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: path.includes(`{${name}}`) ? "path" : "query",
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
}

/** A reference to a schema that has a name in its meta(); adds it, and what it refers to, to the components. */
function refer(schema: z.ZodType, components: Record<string, Json>): Json {
  const { $defs = {}, ...reference } = toSchema(schema) as { $defs?: Record<string, Json> };
  for (const [name, { id: _id, ...definition }] of Object.entries($defs)) components[name] = definition;
  return reference;
}

/** JSON Schema as a client sees it: what it sends, and `openapi` of the meta in place of how a URL holds it. */
function toSchema(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io: "input",
    reused: "inline",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      const { openapi, description, examples } = jsonSchema;
      if (openapi === undefined) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(
        jsonSchema,
        openapi,
        description !== undefined && { description },
        examples !== undefined && { examples },
      );
    },
  });
  // Definitions move from beside each schema to the one place where OpenAPI keeps them.
  return JSON.parse(JSON.stringify(rest).replaceAll("#/$defs/", "#/components/schemas/"));
}
