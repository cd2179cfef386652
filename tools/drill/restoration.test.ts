import { describe, expect, it } from "vitest";
import { Restoration } from "./restoration.ts";

describe("Restoration", () => {
  it("undoes what is left, the last first, and nothing twice", async () => {
    const restoration = new Restoration();
    const undone: string[] = [];
    const note = (name: string) => restoration.promise(name, () => void undone.push(name));
    const first = note("first");
    note("second");
    note("third");
    await first();
    expect(await restoration.all()).toEqual([]);
    expect(await restoration.all()).toEqual([]);
    expect(undone).toEqual(["first", "third", "second"]);
  });

  it("goes on after what could not be undone, names it, and tries it again", async () => {
    const restoration = new Restoration();
    let broken = true;
    const undone: string[] = [];
    restoration.promise("the first", () => void undone.push("first"));
    restoration.promise("the second", () => {
      if (broken) throw new Error("no answer");
      undone.push("second");
    });
    expect(await restoration.all()).toEqual(["the second: no answer"]);
    broken = false;
    expect(await restoration.all()).toEqual([]);
    expect(undone).toEqual(["first", "second"]);
  });
});
