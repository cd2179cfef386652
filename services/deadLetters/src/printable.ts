/**
 * What a terminal would act on or not show: control characters, and the invisible ones that turn text round. Whoever
 * can send to Kafka writes these texts.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu;
const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return NAMED[character] ?? (code < 256 ? `\\x${hex(code)}` : `\\u{${code.toString(16)}}`);
};
const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

/** Bytes as text that can be printed: what is no UTF-8, and what a terminal would act on, is escaped. */
export function printable(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const size = characterSize(bytes, at);
    text +=
      size === 0
        ? `\\x${hex(bytes[at] ?? 0)}`
        : bytes.toString("utf8", at, at + size).replace(UNPRINTABLE, escaped);
    at += Math.max(size, 1);
  }
  return text;
}

/** Bytes of the UTF-8 character at a position; 0 where there is none. */
function characterSize(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const piece = bytes.subarray(at, at + size);
  return Buffer.from(piece.toString("utf8")).equals(piece) && [...piece.toString("utf8")].length === 1
    ? size
    : 0;
}

/** The start of a text, with an ellipsis where something is left out. */
export function clip(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
