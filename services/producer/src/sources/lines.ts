/** A row of a file before it is looked at. */
export interface RawLine {
  /** 1 for the first line of the file. */
  readonly number: number;
  readonly text: string;
}

/** No tick is this long: a file without line ends must not fill the memory. */
const LONGEST_LINE = 1_000_000;

/**
 * Splits text into lines, in batches of one chunk. A byte-order mark, `\r` before `\n` and blank lines are left out.
 * @throws Error for a line of more than a million characters.
 */
export async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<RawLine[]> {
  let number = 0;
  let rest = "";
  const take = (batch: RawLine[], raw: string): void => {
    number += 1;
    const text = (number === 1 ? raw.replace(/^\uFEFF/, "") : raw).replace(/\r$/, "");
    if (text.trim() !== "") batch.push({ number, text });
  };
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    if (rest.length > LONGEST_LINE) {
      throw new Error(`line ${number + parts.length + 1} is longer than ${LONGEST_LINE} characters`);
    }
    const batch: RawLine[] = [];
    for (const part of parts) take(batch, part);
    if (batch.length > 0) yield batch;
  }
  const last: RawLine[] = [];
  if (rest !== "") take(last, rest);
  if (last.length > 0) yield last;
}
