import { expect, it } from "vitest";
import type { Query } from "../../state/history.ts";
import { summarizeRoutes } from "../../state/history.ts";
import { costliestRoutes, createQueryPlot } from "./queryPlot.ts";

const query = (route: string, at: number, elapsedMs: number): Query => ({
  route,
  at,
  elapsedMs,
  roundTripMs: 1,
  rowsRead: 0,
  bytesRead: 1,
});

it("gives each route a line over common times, and the rest one of their own", () => {
  const history = [query("/a", 1_000, 5), query("/b", 2_000, 7), query("/c", 3_000, 9)];
  expect(createQueryPlot(history, ["/a", "/b"], "elapsedMs")).toEqual([
    [1, 2, 3],
    [5, null, null],
    [null, 7, null],
    [null, null, 9],
  ]);
});

it("leaves out zeros, which a logarithm has no place for", () => {
  expect(createQueryPlot([query("/a", 1_000, 5)], ["/a"], "rowsRead")).toEqual([[], [], []]);
});

it("colours the routes that cost most in all", () => {
  const history = "abcdefgh"
    .split("")
    .flatMap((name, index) => [query(`/${name}`, 0, index), query(`/${name}`, 0, index)]);
  expect(costliestRoutes(summarizeRoutes(history))).toEqual(["/h", "/g", "/f", "/e", "/d", "/c"]);
});
