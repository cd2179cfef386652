import { createHash } from "node:crypto";

/** Numbers that are the same wherever the same words seed them. */
export interface Random {
  /** 0 <= x < 1 */
  float(): number;
  /** A whole number, both ends included. */
  int(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** A generator (Chris Doty-Humphrey's sfc32) whose state is the hash of its seeds: `createRandom(7, 13, "feed")`. */
export function createRandom(...seeds: readonly (string | number)[]): Random {
  const hash = createHash("sha256").update(seeds.join("/")).digest();
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => hash.readInt32LE(at)) as [number, number, number, number];
  const float = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  const int = (min: number, max: number): number => min + Math.floor(float() * (max - min + 1));
  return {
    float,
    int,
    chance: (probability) => float() < probability,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new Error("nothing to pick from");
      return list[int(0, list.length - 1)] as T;
    },
  };
}
