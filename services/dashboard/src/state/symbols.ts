import { signal } from "@preact/signals";
import type { SymbolInfo } from "../api/types.ts";

/** Every symbol that has ticks, the busiest first; undefined until the API has said. */
export const symbols = signal<readonly SymbolInfo[] | undefined>(undefined);

/** Symbols that hold the text, those that begin with it first. Pure. */
export function findSymbols(known: readonly SymbolInfo[], text: string): readonly SymbolInfo[] {
  const wanted = text.trim().toUpperCase();
  const rank = ({ symbol }: SymbolInfo): number => symbol.toUpperCase().indexOf(wanted);
  return known
    .filter((info) => rank(info) >= 0)
    .toSorted((a, b) => Math.min(rank(a), 1) - Math.min(rank(b), 1));
}
