import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { nameOfKey, parseApiKeys } from "./apiKeys.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("parseApiKeys", () => {
  it("reads names and hashes, and leaves out comments and empty lines", () => {
    const keys = parseApiKeys(
      `# who may\ndesk:${hash("a")}\n\n  risk.2 : \n`.replace(
        "risk.2 : ",
        `risk.2:${hash("b").toUpperCase()}`,
      ),
    );
    expect(keys).toEqual([
      { name: "desk", sha256: Buffer.from(hash("a"), "hex") },
      { name: "risk.2", sha256: Buffer.from(hash("b"), "hex") },
    ]);
  });

  it.each([
    ["a key in clear", `desk:${hash("a")}\nrisk:secret-in-clear`, /^line 2 is no key/],
    ["a name with a blank", `the desk:${hash("a")}`, /^line 1 is no key/],
    ["a hash that is too short", `desk:${hash("a").slice(1)}`, /^line 1 is no key/],
    ["a name twice", `desk:${hash("a")}\ndesk:${hash("b")}`, /^line 2 names desk again/],
    ["no key", "# none yet\n", /^holds no key/],
  ])("says what is wrong with %s, and repeats no key", (_name, text, message) => {
    const problem = parseApiKeys(text);
    expect(problem).toMatch(message);
    expect(problem).not.toContain("secret-in-clear");
  });
});

describe("nameOfKey", () => {
  const keys = parseApiKeys(`desk:${hash("first")}\nrisk:${hash("second")}`);
  if (typeof keys === "string") throw new Error(keys);
  it.each([
    ["first", "desk"],
    ["second", "risk"],
    ["third", undefined],
    ["", undefined],
    [hash("first"), undefined],
  ])("of %j is %s", (sent, name) => expect(nameOfKey(keys, sent)).toBe(name));
});
