import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clip, printable } from "./printable.ts";

describe("printable", () => {
  it.each([
    ['plain {"a":1}', Buffer.from('plain {"a":1}')],
    ["é日😀", Buffer.from("é日😀")],
    ["a\\nb\\r\\tc", Buffer.from("a\nb\r\tc")],
    ["\\x1b[31mred\\x00\\x7f\\x9b", Buffer.from("\u001b[31mred\0\u007f\u009b")],
    ["\\u{202e}cod\\u{200b}e\\u{2028}", Buffer.from("\u202ecod\u200be\u2028")],
    ["\\xff\\xfea\\xc3", Buffer.from([0xff, 0xfe, 0x61, 0xc3])],
    ["\\xe2\\x82a", Buffer.from([0xe2, 0x82, 0x61])],
  ])("is %s", (text, bytes) => expect(printable(bytes)).toBe(text));

  it("prints no control character, whatever the bytes, and all that can be read", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(printable(Buffer.from(bytes))).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/u);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/u.test(text));
        expect(printable(Buffer.from(text))).toBe(text);
      }),
    );
  });
});

describe("clip", () => {
  it("keeps a text that fits, and counts characters, not halves of them", () => {
    expect(clip("abc", 3)).toBe("abc");
    expect(clip("abcd", 3)).toBe("ab…");
    expect(clip("😀😀😀", 2)).toBe("😀…");
  });
});
