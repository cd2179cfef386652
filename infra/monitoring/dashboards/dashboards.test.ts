import { expect, it } from "vitest";
import { dashboardFiles, PAGES } from "./index.ts";
import { DATASOURCE } from "./panel.ts";

interface Rendered {
  readonly uid: string;
  readonly panels: readonly {
    readonly id?: number;
    readonly type: string;
    readonly title?: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets?: readonly {
      readonly expr: string;
      readonly refId: string;
      readonly datasource: object;
    }[];
  }[];
}
const rendered = Object.values(dashboardFiles()).map((text) => JSON.parse(text) as Rendered);

it("are called by their uid, and have every panel that was described", () => {
  expect(Object.keys(dashboardFiles())).toEqual(PAGES.map(({ uid }) => `${uid}.json`));
  for (const [index, { rows }] of PAGES.entries()) {
    const shown = rendered[index]?.panels.map(({ title }) => title);
    const wanted = Object.entries(rows).flatMap(([row, panels]) => [
      row,
      ...panels.map(({ title }) => title),
    ]);
    expect(shown).toEqual(wanted);
  }
});

it("ask the one data source, each query under a letter of its own", () => {
  for (const { panels } of rendered)
    for (const { targets = [], title } of panels) {
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
      for (const { datasource } of targets) expect(datasource).toEqual(DATASOURCE);
    }
});

it("have panels that do not overlap, within the grid", () => {
  for (const { panels, uid } of rendered) {
    const taken = new Set<string>();
    for (const { gridPos, title } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x}/${y}`), `${uid}: ${title} lies on another panel`).toBe(false);
          taken.add(`${x}/${y}`);
        }
    }
  }
});
