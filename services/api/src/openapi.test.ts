import { expect, it } from "vitest";
import { createOpenApi } from "./openapi.ts";
import { routes } from "./routes/index.ts";

const document = JSON.parse(JSON.stringify(createOpenApi(routes, { keyNeeded: true })));

it("describes every route", () => {
  expect(Object.keys(document.paths).sort()).toEqual(
    [...routes.map((route) => route.path), "/stream"].sort(),
  );
});

it("describes parameters as a client sends them", () => {
  const parameters = document.paths["/backtest/fast"].get.parameters;
  expect(
    parameters.map((parameter: { name: string; required: boolean }) => [parameter.name, parameter.required]),
  ).toEqual([
    ["symbol", true],
    ["from", false],
    ["to", false],
    ["limit", false],
  ]);
  expect(parameters[0].schema).toMatchObject({ type: "string", pattern: "^[A-Za-z0-9._:/-]{1,32}$" });
  expect(parameters[3].schema).toEqual({ type: "integer", minimum: 1, maximum: 10_000, default: 100 });
});

it("describes what is sent with a POST, and what stands in the path", () => {
  const { get, post } = document.paths["/dead-letters/replay"];
  expect(get).toBeUndefined();
  expect(post.requestBody.content["application/json"].schema.$ref).toBe("#/components/schemas/ReplayRequest");
  expect(Object.keys(post.responses)).toEqual(
    expect.arrayContaining(["200", "400", "401", "403", "404", "409", "413", "415", "503"]),
  );
  const one = document.paths["/dead-letters/{partition}/{offset}/{line}"].get;
  const places = one.parameters.map((each: { name: string; in: string }) => `${each.in} ${each.name}`);
  expect(places).toEqual(["path partition", "path offset", "path line", "query topic"]);
});

it("refers only to schemas that it holds", () => {
  const names = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? "");
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    expect(name).toMatch(/^#\/components\/schemas\//);
    expect(document.components.schemas).toHaveProperty(name.split("/").at(-1) ?? "");
  }
});

it("asks for the key on data routes only", () => {
  expect(document.paths["/symbols"].get.security).toHaveLength(2);
  expect(document.paths["/health/live"].get.security).toBeUndefined();
});

it("describes a table in every format, with its headers and what it may refuse", () => {
  const { responses, parameters } = document.paths["/bars"].get;
  expect(Object.keys(responses["200"].content)).toEqual([
    "application/json",
    "text/csv",
    "application/vnd.apache.arrow.stream",
    "application/vnd.apache.parquet",
  ]);
  expect(Object.keys(responses["200"].headers)).toEqual([
    "Link",
    "Vary",
    "Cache-Control",
    "Content-Encoding",
    "ETag",
  ]);
  expect(responses["304"]).toMatchObject({ headers: { ETag: { schema: { type: "string" } } } });
  expect(responses["304"].content).toBeUndefined();
  expect(responses["406"].content).toHaveProperty(["application/problem+json"]);
  expect(parameters.at(-1)).toMatchObject({ name: "If-None-Match", in: "header", required: false });
  expect(parameters.map(({ name }: { name: string }) => name)).toContain("cursor");
});

it("promises 304 and ETag only where there is one", () => {
  const { responses, parameters } = document.paths["/ticks"].get;
  expect(responses["304"]).toBeUndefined();
  expect(responses["200"].headers.ETag).toBeUndefined();
  expect(parameters.some(({ in: place }: { in: string }) => place === "header")).toBe(false);
});

it("shows 64-bit numbers as strings and missing sides as null", () => {
  const { Tick, Quote, Ticks } = document.components.schemas;
  expect(Tick.properties.seqId).toMatchObject({ type: "string" });
  expect(Quote.properties.bid.type).toEqual(["number", "null"]);
  expect(Object.keys(Ticks.properties)).toEqual(["symbol", "ticks", "next", "stats"]);
});
