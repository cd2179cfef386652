import { expect, it } from "vitest";
import { ApiError } from "../errors.ts";
import { blameOutOfTime } from "./outOfTime.ts";

const late = new ApiError("query_timeout", "No answer in 300 ms.");
const well = { ping: async () => ({ success: true }) };
const ill = { ping: async () => ({ success: false }) };
const refusing = { ping: () => Promise.reject(new Error("ECONNREFUSED")) };
const paused = { ping: () => new Promise<never>(() => {}) };

it.each([
  ["the query where all nodes are well", [well, well], "limit_exceeded", 422],
  ["the warehouse where one says that it is not", [well, ill], "query_timeout", 504],
  ["the warehouse where one can't be reached", [refusing, well], "query_timeout", 504],
  ["the warehouse where one does not answer", [well, paused], "query_timeout", 504],
] as const)("blames %s", async (_name, nodes, code, status) => {
  expect(await blameOutOfTime(late, nodes, 300)).toMatchObject({ code, status });
});
