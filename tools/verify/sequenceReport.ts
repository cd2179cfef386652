import type { NumberedSeries, Sequences } from "../../services/audit/src/index.ts";

/** What the sources' own numbers say, a line a series that lacks some and one for all of them. Pure. */
export function sequenceLines({ numbered, notNumbered }: Sequences): string[] {
  const lacking = numbered.filter(({ missing }) => missing > 0n);
  const lines = lacking.map(
    (series) =>
      `${nameOf(series)}: ${series.missing} of the source's numbers ${series.first} to ${series.last} never came${gapsOf(series)}`,
  );
  const rest =
    notNumbered.length === 0
      ? ""
      : `; ${notNumbered.length} symbol(s) are not numbered consecutively: ${someOf(notNumbered.map(({ exchange, symbol }) => `${exchange} ${symbol}`))}`;
  return [
    ...lines,
    `${numbered.length - lacking.length} of ${numbered.length} sequence(s) have no gap${rest}`,
  ];
}

const nameOf = ({ exchange, symbol, kind }: NumberedSeries): string =>
  `${exchange} ${symbol}${kind === "all" ? "" : ` (${kind})`}`;

function gapsOf({ gaps, missing }: NumberedSeries): string {
  if (gaps.length === 0) return "";
  const listed = gaps.map(({ from, to }) => (to - from === 1n ? `${from}` : `${from} to ${to - 1n}`));
  const named = gaps.reduce((sum, { from, to }) => sum + (to - from), 0n);
  return `: ${listed.join(", ")}${named < missing ? ", …" : ""}`;
}

const SHOWN = 5;
const someOf = (names: readonly string[]): string =>
  names.length > SHOWN ? `${names.slice(0, SHOWN).join(", ")}, …` : names.join(", ");
