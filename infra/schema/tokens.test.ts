import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenize } from "./tokens.ts";

const tokens = (sql: string): string[] =>
  tokenize(sql, "01_x.sql").map(({ kind, value }) => `${kind} ${value}`);

describe("tokenize", () => {
  it.each<[string, string, string[]]>([
    ["a semicolon inside a string", "a ';' b", ["word a", "string ;", "word b"]],
    ["two dashes inside a string", "a '-- b' c", ["word a", "string -- b", "word c"]],
    ["a comment's quote", "a -- it's\nb", ["word a", "word b"]],
    ["a comment at the end", "a -- b", ["word a"]],
    ["a block comment with everything in it", "a /* ; ' -- \n \" */ b", ["word a", "word b"]],
    ["a block comment of one star", "a /***/ b", ["word a", "word b"]],
    ["a comment that begins with a hash", "a # ; b\n#! ; c\nd", ["word a", "word d"]],
    ["a hash that begins no comment", "#a", ["symbol #", "word a"]],
    ["an escaped quote in a string", "'it\\'s; ' b", ["string it\\'s; ", "word b"]],
    ["a doubled quote in a string", "'it''s; ' b", ["string it''s; ", "word b"]],
    ["a backslash at a string's end", "'a\\\\' ; b", ["string a\\\\", "symbol ;", "word b"]],
    ["a string over several lines", "'a\n;b'", ["string a\n;b"]],
    ["a quoted identifier", '`a;b` "c--d"', ["word a;b", "word c--d"]],
    ["a doubled quote in an identifier", '`a``;` "b"";"', ["word a``;", 'word b"";']],
    ["a heredoc", "$$ it's; -- $$ b", ["string  it's; -- ", "word b"]],
    ["a heredoc with a name, which holds another", "$x$ $$ ; $y$ $x$ b", ["string  $$ ; $y$ ", "word b"]],
    ["a number and a dotted name", "1.5 db.t", ["word 1.5", "word db.t"]],
    ["a minus that begins no comment", "1 - 2", ["word 1", "symbol -", "word 2"]],
    ["nothing but blanks and comments", " -- a\n/* b */\n", []],
    ["letters beyond ASCII, one by one", "é", ["symbol é"]],
  ])("reads %s", (_, sql, expected) => {
    expect(tokens(sql)).toEqual(expected);
  });

  it("says where each token stands", () => {
    const sql = "CREATE /* x */ 'a''b' `c`;";
    expect(tokenize(sql, "01_x.sql").map(({ start, end }) => sql.slice(start, end))).toEqual([
      "CREATE",
      "'a''b'",
      "`c`",
      ";",
    ]);
  });

  it.each([
    ["a string", "a\n'b", "01_x.sql:2: a quote is opened here and never closed"],
    [
      "a string whose last quote is escaped",
      "a 'b\\'",
      "01_x.sql:1: a quote is opened here and never closed",
    ],
    ["an identifier in backticks", "`a", "01_x.sql:1: a quote is opened here and never closed"],
    ["an identifier in double quotes", 'a\n\n"b', "01_x.sql:3: a quote is opened here and never closed"],
    ["a block comment", "a\n/* b *", "01_x.sql:2: a comment is opened here and never closed"],
    ["a heredoc", "a $$ b $", "01_x.sql:1: a heredoc is opened here and never closed"],
    ["a heredoc with a name", "a\n$x$ b $$", "01_x.sql:2: a heredoc is opened here and never closed"],
  ])("refuses %s that is never closed and names the line", (_, sql, message) => {
    expect(() => tokenize(sql, "01_x.sql")).toThrow(
      expect.objectContaining({ code: "SQL_FILE_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it("reads any text that is put in quotes as one string", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const quoted = `'${text.replace(/[\\']/g, "\\$&")}'`;
        expect(tokenize(`a ${quoted} b`, "01_x.sql").map(({ kind }) => kind)).toEqual([
          "word",
          "string",
          "word",
        ]);
      }),
    );
  });

  it("covers a text without gaps but for blanks and comments", () => {
    const piece = fc.constantFrom(
      "a",
      " ",
      "\n",
      "';'",
      "`b`",
      '"c"',
      "-- d\n",
      "/* e */",
      ";",
      "(",
      ")",
      "$$f$$",
      "1.5",
      ",",
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const sql = pieces.join(" ");
        let rest = sql;
        for (const { start, end } of tokenize(sql, "01_x.sql").reverse())
          rest = rest.slice(0, start) + rest.slice(end);
        expect(rest.replace(/-- d\n|\/\* e \*\//g, "").trim()).toBe("");
      }),
    );
  });
});
