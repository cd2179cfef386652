/** Where a value stands in a text: from the first character to the one after the last. */
export type Span = readonly [start: number, end: number];

/**
 * Finds the values of a JSON object's own fields in its text, so that they can be checked and sent as they were
 * written. The text must be valid JSON (`JSON.parse` took it) and an object.
 *
 *     {"price": 5e-05, "meta": {"price": 1}}   ->   price: 5e-05, meta: {"price": 1}
 *
 * A field that stands twice gives the last one, as `JSON.parse` does.
 */
export function fieldSpans(text: string): Map<string, Span> {
  const spans = new Map<string, Span>();
  let at = text.indexOf("{") + 1;
  for (;;) {
    at = skipBlank(text, at);
    if (text[at] !== '"') return spans;
    const keyEnd = stringEnd(text, at);
    const quoted = text.slice(at, keyEnd);
    const key: string = quoted.includes("\\") ? JSON.parse(quoted) : quoted.slice(1, -1);
    const start = skipBlank(text, text.indexOf(":", keyEnd) + 1);
    const end = valueEnd(text, start);
    spans.set(key, [start, end]);
    at = skipBlank(text, end);
    if (text[at] !== ",") return spans;
    at += 1;
  }
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t" || text[at] === "\r" || text[at] === "\n") at += 1;
  return at;
}

/** The position after the string that opens at `from`. */
function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** The position after the value that begins at `from`. */
function valueEnd(text: string, from: number): number {
  if (text[from] === '"') return stringEnd(text, from);
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') {
      at = stringEnd(text, at);
      continue;
    }
    if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (char === "," || char === " " || char === "\t" || char === "\r")) return at;
    at += 1;
  }
  return at;
}
