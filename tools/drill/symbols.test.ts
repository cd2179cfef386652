import { describe, expect, it } from "vitest";
import { candidateSymbols, chooseSymbols } from "./symbols.ts";
import { committedEnds } from "./topic.ts";

describe("candidateSymbols", () => {
  it("names the symbols of a round as no other round's", () => {
    const names = [1, 2, 3].flatMap((round) => candidateSymbols(7, round, 100));
    expect(new Set(names).size).toBe(names.length);
    expect(names[0]).toMatch(/^D7R1X[0-9A-F]{3}A$/);
    expect(candidateSymbols(7, 1, 100)).toEqual(candidateSymbols(7, 1, 100));
    // Another feed of the same seed, which would leave ticks that nobody sent.
    expect(candidateSymbols(7, 1, 101)).not.toEqual(candidateSymbols(7, 1, 100));
  });
});

describe("chooseSymbols", () => {
  const names = [..."ABCDEFGHIJ"];

  it("takes the first six where they are on every shard", () => {
    const shardOf = new Map(names.map((name, index) => [name, index % 2]));
    expect(chooseSymbols(names, shardOf)).toEqual([..."ABCDEF"]);
  });

  it("takes one more of each shard that they leave out", () => {
    const shardOf = new Map(names.map((name) => [name, name < "H" ? 0 : name < "J" ? 1 : 2]));
    expect(chooseSymbols(names, shardOf)).toEqual([..."ABCDEFHJ"]);
  });
});

describe("committedEnds", () => {
  it("ends behind the last message that holds anything", () => {
    const message = (partition: number, offset: bigint, text: string) => ({
      partition,
      offset,
      key: "A",
      value: Buffer.from(text),
    });
    const ends = committedEnds([
      message(0, 4n, "x"),
      message(0, 5n, ""),
      message(1, 9n, ""),
      message(2, 0n, "y"),
    ]);
    expect([...ends]).toEqual([
      [0, 5n],
      [2, 1n],
    ]);
  });
});
