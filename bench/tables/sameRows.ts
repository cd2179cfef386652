import { type Row, rowsOfArrow, rowsOfJson } from "../../services/api/src/testing/readTables.ts";

/** Throws where two answers differ: a faster answer that is another one has no speed. */
export async function expectSameRows(arrowUrl: string, jsonUrl: string, count: number): Promise<void> {
  const arrow = await fetch(`${arrowUrl}&format=arrow`);
  const json = (await (await fetch(jsonUrl)).json()) as { ticks: never[] };
  const ours = rowsOfArrow(new Uint8Array(await arrow.arrayBuffer()));
  const theirs = rowsOfJson(json.ticks);
  if (ours.length !== count || theirs.length !== count)
    throw new Error(`${ours.length} and ${theirs.length} rows came, and not ${count}`);
  const different = ours.findIndex((row, index) => !isSame(row, theirs[index]));
  if (different >= 0) throw new Error(`row ${different} of the two sides differs`);
}

const isSame = (a: Row, b: Row | undefined): boolean =>
  b !== undefined && Object.entries(a).every(([name, value]) => b[name] === value);
