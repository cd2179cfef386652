import { createHash } from "node:crypto";
import { type Connection, withNode } from "../../infra/clickhouse/connection.ts";
import { makeFeed } from "./feed/feed.ts";

const SYMBOLS = 6;
const CANDIDATES = 26;

/** Where ticks of a symbol go: its shard, as the warehouse itself would choose it. */
export type ShardOf = ReadonlyMap<string, number>;

/**
 * Names of a round's symbols, `D7R13X3F2A` to `…Z`. No other round has them, and no other feed, though it be of the same
 * seed (other ticks, another version of the drill): the mark in the middle is the hash of what is sent.
 */
export function candidateSymbols(seed: number, round: number, ticks: number): string[] {
  const letters = Array.from({ length: CANDIDATES }, (_, index) => String.fromCharCode(65 + index));
  const hash = createHash("sha256");
  for (const { value } of makeFeed({ seed, round, ticks, symbols: letters.slice(0, SYMBOLS) }).messages)
    hash.update(value);
  const mark = hash.digest("hex").slice(0, 3).toUpperCase();
  return letters.map((letter) => `D${seed}R${round}X${mark}${letter}`);
}

/** The first few names, and the first of each shard that they leave out. Pure. */
export function chooseSymbols(candidates: readonly string[], shardOf: ShardOf): string[] {
  const chosen = candidates.slice(0, SYMBOLS);
  for (const symbol of candidates.slice(SYMBOLS)) {
    const covered = chosen.map((each) => shardOf.get(each));
    if (!covered.includes(shardOf.get(symbol))) chosen.push(symbol);
  }
  return chosen;
}

/** Asks for the shard of each name; shards weigh the same. */
export async function askShards(
  node: Connection,
  symbols: readonly string[],
  shards: number,
): Promise<ShardOf> {
  const rows = await withNode(node, (session) =>
    session.rows<{ symbol: string; shard: number }>(
      "SELECT arrayJoin({symbols:Array(String)}) AS symbol, toUInt32(cityHash64(symbol) % {shards:UInt32}) AS shard",
      { symbols, shards },
    ),
  );
  return new Map(rows.map(({ symbol, shard }) => [symbol, shard]));
}
